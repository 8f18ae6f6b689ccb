{
    "name": "Customer Archive: assets of the Debian package",
    "summary": "Debian's Odoo leaves out one script that mail's bundle asks for; only for development and tests",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["mail"],
    "auto_install": True,
    "assets": {
        "web.assets_backend": [("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js")],
    },
}
