import {deserializeDate, deserializeDateTime, formatDate, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {Component, onMounted, onWillUpdateProps, useState} from "@odoo/owl";

const PAGE = 50;
const DIRECTIONS = {in: "fa-arrow-down", out: "fa-arrow-up", none: "fa-exchange"};

/**
 * What was said, signed and ordered with a customer, newest first. It asks for its lines once it is on screen, so that
 * the form is there first.
 */
export class ArchiveTimeline extends Component {
    static template = "customer_archive.ArchiveTimeline";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            lines: [],
            kinds: [],
            chosen: [],
            next: null,
            mayWrite: false,
            isLoading: false,
            isLoaded: false,
        });
        onMounted(() => this.reload(this.props));
        onWillUpdateProps((nextProps) => {
            // The form makes a new record of itself when it was saved, or when a dialog over it was closed.
            if (nextProps.record !== this.props.record || nextProps.record.resId !== this.resId) {
                this.reload(nextProps);
            }
        });
    }

    get groups() {
        const groups = [];
        for (const line of this.state.lines) {
            const moment = line.is_day ? deserializeDate(line.at.slice(0, 10)) : deserializeDateTime(line.at);
            const day = formatDate(moment);
            if (groups.at(-1)?.day !== day) {
                groups.push({day, lines: []});
            }
            groups.at(-1).lines.push({
                ...line,
                key: `${line.kind}-${line.id}`,
                time: line.is_day ? "" : formatDateTime(moment, {format: "HH:mm"}),
                arrow: DIRECTIONS[line.direction],
                nextOn: line.next ? formatDate(deserializeDate(line.next.on)) : "",
            });
        }
        return groups;
    }

    directionWords(direction) {
        switch (direction) {
            case "in":
                return _t("From the customer");
            case "out":
                return _t("To the customer");
            default:
                return _t("Together");
        }
    }

    /** The day of the next step and who does it. */
    nextWords({next, nextOn}) {
        return [nextOn, next.who].filter(Boolean).join(" · ");
    }

    correctsWords({corrects}) {
        return _t("corrects %(number)s", {number: corrects});
    }

    correctedWords({corrected_by: number}) {
        return _t("corrected by %(number)s", {number});
    }

    isChosen(kind) {
        return !this.state.chosen.length || this.state.chosen.includes(kind);
    }

    async reload(props = this.props) {
        this.resId = props.record.resId;
        this.state.next = null;
        await this.load();
    }

    async load() {
        if (!this.resId) {
            Object.assign(this.state, {lines: [], kinds: [], mayWrite: false, isLoaded: true});
            return;
        }
        const before = this.state.next;
        this.state.isLoading = true;
        const call = this.orm.call("res.partner", "archive_timeline", [[this.resId]], {
            kinds: [...this.state.chosen],
            before: before && {...before},
            limit: PAGE,
        });
        let page;
        try {
            page = await this.keepLast.add(call);
        } catch (error) {
            this.state.isLoading = false;
            throw error;
        }
        Object.assign(this.state, {
            lines: before ? [...this.state.lines, ...page.lines] : page.lines,
            kinds: page.kinds,
            next: page.next,
            mayWrite: page.may_write,
            isLoading: false,
            isLoaded: true,
        });
    }

    async onKind(kind) {
        const {chosen} = this.state;
        this.state.chosen = chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind];
        await this.reload();
    }

    async onWrite() {
        const action = await this.orm.call("res.partner", "action_write_log", [[this.resId]]);
        await this.action.doAction(action, {onClose: () => this.reload()});
    }

    async onLine({model, id}) {
        await this.action.doAction(
            {type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]], target: "new"},
            {onClose: () => this.reload()},
        );
    }
}

export const archiveTimeline = {component: ArchiveTimeline};

registry.category("view_widgets").add("archive_timeline", archiveTimeline);
