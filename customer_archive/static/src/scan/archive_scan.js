import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {isBarcodeScannerSupported} from "@web/core/barcode/barcode_video_scanner";
import {scanBarcode} from "@web/core/barcode/barcode_dialog";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

// So many codes stay in sight.
const KEPT = 8;

/**
 * One field for the labels of bags, documents and loan slips: what is in its place goes out, what is lent comes back.
 *
 * A scanner at the USB port types the code and ends it with Enter; a phone takes it with its camera.
 */
export class ArchiveScan extends Component {
    static template = "customer_archive.ArchiveScan";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.code = useRef("code");
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({done: [], busy: false});
        this.key = 0;
        onMounted(() => this.focus());
    }

    focus() {
        this.code.el?.focus();
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            this.onSubmit();
        }
    }

    async onSubmit() {
        const code = this.code.el.value.trim();
        this.code.el.value = "";
        if (code && !this.state.busy) {
            await this.look(code);
        }
    }

    async onCamera() {
        let code = "";
        try {
            code = await scanBarcode(this.env);
        } catch (error) {
            this.notification.add(error.message, {type: "warning"});
        }
        if (code) {
            await this.look(code);
        }
    }

    async look(code) {
        this.state.busy = true;
        try {
            const answer = await this.orm.call("customer.archive.loan", "scan", [code]);
            this.state.done = [{...answer, key: this.key++}, ...this.state.done].slice(0, KEPT);
            if (answer.action) {
                await this.action.doAction(answer.action, {onClose: () => this.focus()});
            }
        } finally {
            this.state.busy = false;
            this.focus();
        }
    }
}

registry.category("actions").add("customer_archive.scan", ArchiveScan);
