import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {CharField, charField} from "@web/views/fields/char/char_field";
import {formatChar} from "@web/views/fields/formatters";

import {Component} from "@odoo/owl";

import {highlightParts, typedQueries} from "./highlight_parts";

/** A text of a list or kanban view that marks what the user searched for. */
export class ArchiveHighlight extends Component {
    static template = "customer_archive.ArchiveHighlight";
    static components = {CharField};
    static props = {...CharField.props};

    get text() {
        return formatChar(this.props.record.data[this.props.name]);
    }

    get parts() {
        return highlightParts(this.text, typedQueries(this.env.searchModel));
    }
}

export const archiveHighlight = {
    ...charField,
    component: ArchiveHighlight,
    displayName: _t("Text with Search Hits"),
    supportedOptions: [],
};

registry.category("fields").add("archive_highlight", archiveHighlight);
