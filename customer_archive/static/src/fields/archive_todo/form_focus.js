import {browser} from "@web/core/browser/browser";
import {getTabableElements, isVisible} from "@web/core/utils/ui";

// A page may load libraries (the editor) before it shows.
const FRAMES_TO_WAIT = 180;
const HIGHLIGHT_MS = 1500;

const INPUTS = [
    "input:not([type=hidden]):not([type=file]):not(:disabled)",
    "textarea:not(:disabled)",
    "select:not(:disabled)",
    "[contenteditable=true]",
    "button.o_input",
].join(",");
const ADD_LINE = ".o_field_x2many_list_row_add a, button.o-kanban-button-new, .o-kanban-button-new";

/** Nodes of this form, without those inside the lines of its one2many and many2many fields. */
function ownNodes(root, selector) {
    return [...root.querySelectorAll(selector)].filter((el) => {
        const outer = el.parentElement.closest(".o_field_widget, .o_form_renderer");
        return !outer || outer.matches(".o_form_renderer") || outer.contains(root);
    });
}

function findField(root, fieldName) {
    const fields = ownNodes(root, ".o_field_widget").filter((el) => el.getAttribute("name") === fieldName);
    return fields.find(isVisible) || fields[0];
}

/** Names of the pages that hold the field according to the view; null if the view has no such field. */
function pagesOf(arch, fieldName) {
    const nodes = [...arch.querySelectorAll("field")].filter(
        (node) => node.getAttribute("name") === fieldName && !node.parentElement.closest("field"),
    );
    if (!nodes.length) {
        return null;
    }
    const names = [];
    for (const node of nodes) {
        for (let page = node.closest("page"); page; page = page.parentElement.closest("page")) {
            names.push(page.getAttribute("name"));
        }
    }
    return names;
}

async function activate(tab) {
    tab.click();
    for (let frame = 0; frame < FRAMES_TO_WAIT && !tab.classList.contains("active"); frame++) {
        await new Promise((resolve) => browser.requestAnimationFrame(resolve));
    }
}

/** Pages are rendered when they are opened, so open one after the other until the field is there. */
async function findInPages(root, fieldName, likelyPages) {
    const isLikely = (tab) => likelyPages.includes(tab.getAttribute("name"));
    for (const notebook of ownNodes(root, ".o_notebook")) {
        if (notebook.parentElement.closest(".o_notebook") !== root.closest(".o_notebook")) {
            continue; // found by the recursion
        }
        const tabs = [...notebook.querySelectorAll(":scope > .o_notebook_headers li:not(.disabled) > .nav-link")];
        const shown = tabs.find((tab) => tab.classList.contains("active"));
        // The page that is open comes first: it may hold another notebook.
        const order = [shown, ...tabs.filter((tab) => tab !== shown)].filter(Boolean);
        order.sort((a, b) => isLikely(b) - isLikely(a));
        for (const tab of order) {
            if (!tab.classList.contains("active")) {
                await activate(tab);
            }
            const content = notebook.querySelector(":scope > .o_notebook_content");
            const field = findField(root, fieldName) || (await findInPages(content, fieldName, likelyPages));
            if (field) {
                return field;
            }
        }
        if (shown && !shown.classList.contains("active")) {
            await activate(shown);
        }
    }
    return null;
}

function focusTarget(field) {
    const visible = (selector) => [...field.querySelectorAll(selector)].find(isVisible);
    const target = visible(ADD_LINE) || visible(INPUTS) || getTabableElements(field)[0] || field;
    if (target.tabIndex < 0) {
        // Nothing to type into (readonly form): the focus still tells where the field is.
        target.setAttribute("tabindex", "-1");
    }
    return target;
}

function show(field) {
    // An empty field of a readonly form takes no space: show the place where it would be.
    let place = field;
    while (!isVisible(place) && place.parentElement) {
        place = place.parentElement;
    }
    const calm = browser.matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({block: "center", behavior: calm ? "auto" : "smooth"});
    place.classList.add("o_archive_found");
    browser.setTimeout(() => place.classList.remove("o_archive_found"), HIGHLIGHT_MS);
}

/**
 * Put the cursor into a field of a form, on whichever page of its notebooks the field is.
 *
 * @param {Element} form the `.o_form_renderer`
 * @param {string} fieldName
 * @param {Element} [arch] the form's view; with it, the right page is opened at once
 * @returns {Promise<boolean>} false if the field is not in the form, which then looks as before
 */
export async function focusField(form, fieldName, arch) {
    const pages = arch ? pagesOf(arch, fieldName) : [];
    const field = findField(form, fieldName) || (pages && (await findInPages(form, fieldName, pages)));
    if (!field) {
        return false;
    }
    show(field);
    focusTarget(field).focus({preventScroll: true});
    return true;
}
