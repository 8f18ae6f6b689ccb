import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component, useEffect, xml} from "@odoo/owl";

// Forms that this field made readonly: it makes no other form editable.
const closedForms = new WeakSet();

/** Makes the form readonly where the customer may only be read, so that nobody types what can't be saved. */
export class ArchiveAccess extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = {...standardFieldProps};

    setup() {
        useEffect(
            (resId, access, isInEdition) => this.adapt(resId, access, isInEdition),
            () => {
                const {record, name} = this.props;
                return [record.resId, record.data[name], record.isInEdition];
            },
        );
    }

    adapt(resId, access, isInEdition) {
        const {record} = this.props;
        if (resId && access === "read" && isInEdition) {
            closedForms.add(record.model);
            record.switchMode("readonly");
        } else if ((!resId || access !== "read") && !isInEdition && closedForms.delete(record.model)) {
            record.switchMode("edit");
        }
    }
}

registry.category("fields").add("archive_access", {
    component: ArchiveAccess,
    supportedTypes: ["selection"],
});
