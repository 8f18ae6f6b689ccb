import {describe, expect, test} from "@odoo/hoot";

import {highlightParts, typedQueries} from "@customer_archive/fields/archive_highlight/highlight_parts";

describe.current.tags("headless");

/** The text with its hits in brackets. */
function marked(text, ...queries) {
    return highlightParts(text, queries)
        .map((part) => (part.hit ? `[${part.text}]` : part.text))
        .join("");
}

test("nothing searched, nothing there", () => {
    expect(highlightParts("Acme", [])).toEqual([{text: "Acme", hit: false}]);
    expect(highlightParts("", ["acme"])).toEqual([]);
    expect(highlightParts(false, ["acme"])).toEqual([]);
    expect(marked("Acme", "xyz")).toBe("Acme");
    expect(marked("Acme", "  ")).toBe("Acme");
});

test("Latin letters: case, accents and width don't count", () => {
    expect(marked("Müller GmbH, MULLER", "muller")).toBe("[Müller] GmbH, [MULLER]");
    expect(marked("Mu\u0308ller", "mul")).toBe("[Mu\u0308l]ler");
    expect(marked("ＡＢＣ贸易", "abc")).toBe("[ＡＢＣ]贸易");
    expect(marked("abc", "ＡＢＣ")).toBe("[abc]");
});

test("several words and several facets, overlaps joined", () => {
    expect(marked("Deco Addict Shenzhen", "shen deco")).toBe("[Deco] Addict [Shen]zhen");
    expect(marked("Deco Addict", "addict", "dec")).toBe("[Dec]o [Addict]");
    expect(marked("banana", "banan", "anana")).toBe("[banana]");
    expect(marked("aaaa", "aaa")).toBe("[aaaa]");
});

test("one or two letters: only where a word begins", () => {
    expect(marked("Banana & an apple", "an")).toBe("Banana & [an] apple");
    expect(marked("KH-0013", "0")).toBe("KH-[0]013");
    expect(marked("张伟", "伟")).toBe("张[伟]");
});

test("CJK exactly, white space ends a word", () => {
    expect(marked("深圳市华强电子有限公司", "华强 深圳")).toBe("[深圳]市[华强]电子有限公司");
    expect(marked("深圳 市", "深圳市")).toBe("深圳 市");
    expect(marked("Austria National", "iana")).toBe("Austria National");
});

test("digits: separators don't count, nor does the country's prefix", () => {
    expect(marked("+86 138-0013-8000", "13800138000")).toBe("+86 [138-0013-8000]");
    expect(marked("138 0013 8000", "+86 138-0013-8000")).toBe("[138 0013 8000]");
    expect(marked("13800138000", "0086 13800138000")).toBe("[13800138000]");
    expect(marked("+86 755 1234 5678", "0755-1234")).toBe("+86 [755 1234] 5678");
    expect(marked("(0755) 1234", "7551")).toBe("(0[755) 1]234");
    expect(marked("Room 12, 3 Street", "123")).toBe("Room 12, 3 Street");
});

test("archive numbers with and without separators", () => {
    expect(marked("KH.QY-2026-0001", "kh.qy-2026")).toBe("[KH.QY-2026]-0001");
    expect(marked("KH.QY-2026-0001", "khqy2026")).toBe("[KH.QY-2026]-0001");
    expect(marked("KH.QY-2026-0001", "0001")).toBe("KH.QY-2026-[0001]");
    expect(marked("KH–QY", "kh-qy")).toBe("[KH–QY]");
});

test("signs of regular expressions and of HTML are only characters", () => {
    expect(marked("a.b (c) *[d]", "(c) *[d")).toBe("a.b [(c)] [*[d]]");
    expect(marked("<b>bold</b>", "<b>")).toBe("[<b>]bold</b>");
});

test("the parts are the text, whatever it is", () => {
    const text = "ﬁne 𠮷野家 İstanbul ㈱ e\u0301\u0301 +86 138—0013";
    for (const query of ["fine", "𠮷", "istanbul", "株", "e", "1380013", "\u0301"]) {
        const parts = highlightParts(text, [query]);
        expect(parts.map((part) => part.text).join("")).toBe(text);
    }
});

test("typed queries: texts of field facets only", () => {
    const searchItems = {
        1: {type: "field", fieldType: "char"},
        2: {type: "field", fieldType: "many2one"},
        3: {type: "field", fieldType: "selection"},
        4: {type: "filter"},
    };
    const query = [
        {searchItemId: 1, autocompleteValue: {value: "acme", label: "acme", operator: "ilike"}},
        {searchItemId: 2, autocompleteValue: {value: "mitch", label: "mitch", operator: "ilike"}},
        {searchItemId: 2, autocompleteValue: {value: 7, label: "Mitchell", operator: "="}},
        {searchItemId: 3, autocompleteValue: {value: "draft", label: "Draft", operator: "="}},
        {searchItemId: 4},
    ];
    expect(typedQueries({query, searchItems})).toEqual(["acme", "mitch"]);
    expect(typedQueries({query: [], searchItems})).toEqual([]);
    expect(typedQueries(undefined)).toEqual([]);
});
