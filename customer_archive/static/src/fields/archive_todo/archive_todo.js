import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component, useRef} from "@odoo/owl";

import {focusField} from "./form_focus";

// In the order in which they should be mended.
const SEVERITIES = ["block", "warn", "score"];
const ICONS = {block: "fa-minus-circle", warn: "fa-exclamation-triangle", score: "fa-plus"};

/** What is missing or wrong in a customer's archive card, section by section; a click leads to the field. */
export class ArchiveTodo extends Component {
    static template = "customer_archive.ArchiveTodo";
    static props = {...standardFieldProps};

    setup() {
        this.root = useRef("root");
        this.notification = useService("notification");
        this.isSearching = false;
    }

    get todo() {
        return this.props.record.data[this.props.name];
    }

    get sections() {
        return this.todo.sections.map((section) => ({
            ...section,
            items: section.items
                .map((item) => ({...item, icon: ICONS[item.severity], words: this.itemWords(item)}))
                .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
        }));
    }

    get isComplete() {
        return this.todo.sections.every((section) => !section.items.length);
    }

    /** How many items are open, by severity, without those that have none. */
    get counts() {
        const items = this.todo.sections.flatMap((section) => section.items);
        const wrong = items.filter((item) => !item.missing).length;
        const counts = SEVERITIES.map((severity) => {
            const count = items.filter((item) => item.missing && item.severity === severity).length;
            return {severity, count, icon: ICONS[severity], words: this.countWords(severity, count)};
        });
        const words = _t("%(count)s wrong", {count: wrong});
        return [{severity: "wrong", count: wrong, icon: "fa-times-circle", words}, ...counts].filter(
            ({count}) => count,
        );
    }

    countWords(severity, count) {
        switch (severity) {
            case "block":
                return _t("%(count)s required", {count});
            case "warn":
                return _t("%(count)s recommended", {count});
            default:
                return _t("%(count)s optional", {count});
        }
    }

    /** For those who don't see the colour of the chip. */
    itemWords({severity, text, label, missing}) {
        const sentence = text || label;
        if (!missing) {
            return _t("Wrong. %(sentence)s", {sentence});
        }
        switch (severity) {
            case "block":
                return _t("Required. %(sentence)s", {sentence});
            case "warn":
                return _t("Recommended. %(sentence)s", {sentence});
            default:
                return _t("Optional. %(sentence)s", {sentence});
        }
    }

    get verdict() {
        if (this.isComplete) {
            return _t("Complete");
        }
        if (this.todo.score >= 80) {
            return _t("Nearly complete");
        }
        return this.todo.score >= 50 ? _t("Partly complete") : _t("Much is missing");
    }

    /** @param {number} score 0 to 100 */
    scoreClass(score) {
        if (score >= 80) {
            return "o_archive_score_good";
        }
        return score >= 50 ? "o_archive_score_fair" : "o_archive_score_poor";
    }

    async onItemClick({field, label}) {
        if (this.isSearching) {
            return;
        }
        this.isSearching = true;
        // Opening another page may remove this panel: what is needed afterwards is taken now.
        const {notification} = this;
        const form = this.root.el.closest(".o_form_renderer");
        try {
            if (!form || !(await focusField(form, field, this.env.config?.viewArch))) {
                notification.add(_t("The field “%(field)s” is not shown in this form.", {field: label}), {
                    type: "warning",
                });
            }
        } finally {
            this.isSearching = false;
        }
    }
}

export const archiveTodo = {
    component: ArchiveTodo,
    displayName: _t("Archive: Missing and Wrong Data"),
    supportedTypes: ["json"],
};

registry.category("fields").add("archive_todo", archiveTodo);
