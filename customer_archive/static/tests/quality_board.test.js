import {mailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {click, queryAllTexts, resize} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {defineModels, getService, mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";

defineModels(mailModels);

const FIGURES = {
    archive_count: 12,
    completeness: 71,
    freshness: 40,
    overdue_rate: 25,
    overdue_count: 3,
    duplicate_count: 2,
    finding_count: 4,
    finding_late_count: 0,
};
const DATA = {
    counted_at: "2026-06-15 08:30:00",
    month: "2026-06-01",
    figures: FIGURES,
    teams: [{id: 5, name: "华北", ...FIGURES}],
    owners: [{id: 0, name: "", ...FIGURES}],
    trend: [
        {month: "2026-05", ...FIGURES},
        {month: "2026-06", ...FIGURES},
    ],
    clickable: ["overdue_count"],
    may_count: false,
};

async function openBoard(data = DATA) {
    onRpc("customer.archive.quality", "board_data", ({kwargs}) => {
        expect.step(`board ${JSON.stringify({team_id: kwargs.team_id, owner_id: kwargs.owner_id})}`);
        return data;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({type: "ir.actions.client", tag: "customer_archive.quality_board"});
    await animationFrame();
}

test("shows its figures, and narrows down", async () => {
    await openBoard();
    expect(".o_quality_tile").toHaveCount(7);
    expect(".o_quality_tile[data-name='overdue_count']").toHaveText(/3/);
    expect(".o_quality_tile[data-name='overdue_count']").toHaveClass("border-danger");
    expect(".o_quality_tile[data-name='finding_late_count']").not.toHaveClass("border-danger");
    expect(".o_quality_chart canvas").toHaveCount(2);
    expect(queryAllTexts(".o_quality_table[data-kind='team_id'] tbody td")[1]).toBe("12");
    await click(".o_quality_table[data-kind='team_id'] tbody button");
    await animationFrame();
    await click(".o_quality_all");
    await animationFrame();
    await click(".o_quality_table[data-kind='owner_id'] tbody button");
    await animationFrame();
    expect.verifySteps(["board {}", 'board {"team_id":5}', "board {}", 'board {"owner_id":0}']);
});

test("only what leads somewhere can be clicked", async () => {
    mockService("action", {
        async doAction(action) {
            if (action.res_model) {
                expect.step(action.res_model);
                return true;
            }
            return super.doAction(...arguments);
        },
    });
    onRpc("customer.archive.quality", "board_action", ({args}) => {
        expect.step(args[0]);
        return {type: "ir.actions.act_window", res_model: "customer.archive", views: [[false, "list"]]};
    });
    await openBoard();
    expect(".o_quality_tile[data-name='finding_count']").toHaveAttribute("disabled");
    await click(".o_quality_tile[data-name='overdue_count']");
    await animationFrame();
    expect.verifySteps(["board {}", "overdue_count", "customer.archive"]);
});

test("without figures it says when there will be some", async () => {
    await openBoard({...DATA, month: "", counted_at: "", teams: [], owners: [], trend: []});
    expect(".o_quality_empty").toHaveCount(1);
    expect(".o_quality_tile").toHaveCount(0);
    expect.verifySteps(["board {}"]);
});

test("fits a telephone", async () => {
    await resize({width: 400, height: 800});
    await openBoard();
    const board = document.querySelector(".o_quality_board");
    expect(board.scrollWidth <= board.clientWidth + 1).toBe(true);
    expect.verifySteps(["board {}"]);
});
