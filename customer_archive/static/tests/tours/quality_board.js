/* The quality board: it shows its figures, a row narrows it down, a figure leads to its archives. No step looks at a
   translated text. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("customer_archive_quality_board", {
    steps: () => [
        {
            content: "The board has its charts",
            trigger: ".o_quality_board .o_quality_chart canvas",
        },
        {
            content: "Only this account manager",
            trigger: ".o_quality_table[data-kind='owner_id'] button:contains('Clerk of the Board')",
            run: "click",
        },
        {
            content: "It says so",
            trigger: ".o_quality_all:contains('Clerk of the Board')",
        },
        {
            content: "One archive has an overdue verification",
            trigger: ".o_quality_tile[data-name='overdue_count']:contains('1')",
            run: "click",
        },
        {
            content: "It is in the list",
            trigger: ".o_list_view .o_data_row:contains('看板客户')",
        },
    ],
});
