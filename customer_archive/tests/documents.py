"""What the tests of documents have in common."""

from .common import ArchiveCommon


class DocumentCase(ArchiveCommon):
    """A filed contract with one file in the clerk's archive (north); and archives that the clerk does not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.team_id = cls.person_archive.team_id = cls.team_north
        foreign, core, south = cls.partner(
            {"name": "外地客户", "user_id": False},
            {"name": "核心客户", "user_id": cls.user["colleague"].id},
            {"name": "华南客户", "user_id": cls.user["colleague"].id},
        )
        foreign.with_company(cls.company_two).archive_open(cls.category_person)
        cls.open(core | south, cls.category_person).team_id = cls.team_south
        core.archive_id._change_level("core", "Contract")
        cls.foreign, cls.core, cls.south = foreign.archive_id, core.archive_id, south.archive_id
        cls.contract_type = cls.env.ref("customer_archive.document_type_contract")
        cls.letter_type = cls.env.ref("customer_archive.document_type_letter")
        cls.contract = cls.document(name="供货合同", amount=1000)
        cls.upload(cls.contract, b"signed contract")
        cls.contract.action_put_in_force()
        cls.env.flush_all()

    @classmethod
    def document(cls, archive=None, **vals):
        """A draft."""
        values = {"archive_id": (archive or cls.archive).id, "type_id": cls.contract_type.id, "name": "合同", **vals}
        return cls.env["customer.archive.document"].create(values)

    @classmethod
    def upload(cls, document, content, name="scan.pdf"):
        """Upload a file as the client does, then save the document with it."""
        attachment = cls.fresh(document.env, content, name)
        document.write({"attachment_ids": [(4, attachment.id)]})
        return document.file_ids.filtered(lambda row: row.attachment_id == attachment)

    @classmethod
    def fresh(cls, env, content, name="scan.pdf", **vals):
        """An upload that hangs on nothing yet."""
        values = {"name": name, "raw": content, "res_model": "customer.archive.document", "res_id": 0, **vals}
        return env["ir.attachment"].create(values)
