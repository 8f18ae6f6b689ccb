import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";

/** One chart of Chart.js; drawn again whenever its data are others. */
export class QualityChart extends Component {
    static template = "customer_archive.QualityChart";
    static props = {
        type: String,
        labels: {type: Array, element: String},
        datasets: {type: Array, element: Object},
        max: {type: Number, optional: true},
    };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.labels, this.props.datasets],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        const scheme = cookie.get("color_scheme");
        const ink = getCustomColor(scheme, "#374151", "#e4e4e4");
        const grid = getCustomColor(scheme, "#e5e7eb", "#3c3e4b");
        const datasets = this.props.datasets.map((dataset, index) => ({
            ...dataset,
            backgroundColor: getColor(index, scheme, 6),
            borderColor: getColor(index, scheme, 6),
            borderWidth: 2,
            spanGaps: true,
            tension: 0.2,
        }));
        // eslint-disable-next-line no-undef
        this.chart = new Chart(this.canvas.el, {
            type: this.props.type,
            data: {labels: this.props.labels, datasets},
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {legend: {position: "bottom", labels: {color: ink}}},
                scales: {
                    x: {grid: {display: false}, ticks: {color: ink}},
                    y: {min: 0, max: this.props.max, grid: {color: grid}, ticks: {color: ink, precision: 0}},
                },
            },
        });
    }
}

/** How complete, fresh and clean the archives are: figures that lead to their archives, a trend, teams and people. */
export class QualityBoard extends Component {
    static template = "customer_archive.QualityBoard";
    static components = {Layout, QualityChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({data: null, chosen: null});
        onWillStart(() => this.load());
    }

    get tiles() {
        const {figures} = this.state.data;
        return [
            {name: "archive_count", label: _t("Archives"), icon: "fa-folder-open", value: figures.archive_count},
            {
                name: "completeness",
                label: _t("Completeness"),
                icon: "fa-check-square-o",
                value: `${figures.completeness} %`,
                hint: _t("Opens the incomplete ones"),
            },
            {
                name: "freshness",
                label: _t("Freshness"),
                icon: "fa-leaf",
                value: `${figures.freshness} %`,
                hint: _t("Opens those of which less than half is fresh"),
            },
            {
                name: "overdue_count",
                label: _t("Verification Overdue"),
                icon: "fa-clock-o",
                value: figures.overdue_count,
                isBad: figures.overdue_count > 0,
                note: `${figures.overdue_rate} %`,
            },
            {
                name: "duplicate_count",
                label: _t("Possible Duplicates"),
                icon: "fa-clone",
                value: figures.duplicate_count,
                isBad: figures.duplicate_count > 0,
            },
            {
                name: "finding_count",
                label: _t("Open Findings"),
                icon: "fa-exclamation-circle",
                value: figures.finding_count,
            },
            {
                name: "finding_late_count",
                label: _t("Overdue Findings"),
                icon: "fa-exclamation-triangle",
                value: figures.finding_late_count,
                isBad: figures.finding_late_count > 0,
            },
        ].map((tile) => ({...tile, isClickable: this.state.data.clickable.includes(tile.name)}));
    }

    /** The time of the server in the browser's zone. */
    get countedAt() {
        return formatDateTime(deserializeDateTime(this.state.data.counted_at), {showSeconds: false});
    }

    get months() {
        return this.state.data.trend.map((point) => point.month);
    }

    series(names) {
        const labels = {
            completeness: _t("Completeness (%)"),
            freshness: _t("Freshness (%)"),
            overdue_rate: _t("Verification overdue (%)"),
            duplicate_count: _t("Possible Duplicates"),
            finding_count: _t("Open Findings"),
        };
        return names.map((name) => ({
            label: labels[name],
            data: this.state.data.trend.map((point) => point[name]),
        }));
    }

    get tables() {
        return [
            {kind: "team_id", title: _t("Sales Teams"), nobody: _t("Without a team"), rows: this.state.data.teams},
            {
                kind: "owner_id",
                title: _t("Account Managers"),
                nobody: _t("Without an account manager"),
                rows: this.state.data.owners,
            },
        ];
    }

    get filter() {
        const {chosen} = this.state;
        return chosen ? {[chosen.kind]: chosen.id} : {};
    }

    async load() {
        const call = this.orm.call("customer.archive.quality", "board_data", [], this.filter);
        const data = await this.keepLast.add(call);
        this.state.data = data;
        // Kept beside: a chart is drawn again only when its data are others.
        this.charts = {
            rates: this.series(["completeness", "freshness", "overdue_rate"]),
            counts: this.series(["duplicate_count", "finding_count"]),
            months: this.months,
        };
    }

    async choose(kind, row, nobody) {
        const {chosen} = this.state;
        const isSame = chosen?.kind === kind && chosen.id === row.id;
        this.state.chosen = isSame ? null : {kind, id: row.id, name: row.name || nobody};
        await this.load();
    }

    async showAll() {
        this.state.chosen = null;
        await this.load();
    }

    async open(tile) {
        if (!tile.isClickable) {
            return;
        }
        const action = await this.orm.call("customer.archive.quality", "board_action", [tile.name], this.filter);
        await this.action.doAction({...action, name: tile.label});
    }

    async count() {
        await this.orm.call("customer.archive.quality", "action_count_now");
        this.notification.add(_t("The figures are being counted. Open the board again in a moment."), {type: "info"});
    }
}

registry.category("actions").add("customer_archive.quality_board", QualityBoard);
