/**
 * Which parts of a text answer to what the user typed into the search bar.
 *
 * It follows the rules of the server's quick search (tools/search_key.py) as far as they can be seen in the text:
 * case, width and accents don't count, nor do separators inside numbers. Pinyin is not marked.
 */

const MARKS = /[\u0300-\u036f]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const DOTS = /[•‧・∙⋅●]/g;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const ALNUM = /[\p{L}\p{N}]/u;
const ONLY_ALNUM = /^[\p{L}\p{N}]+$/u;
const DIGITS_ONLY = /^[\d\s().+/-]+$/;
const IN_NUMBERS = /[\s().+/-]/;
// White space ends a word, so "iana" must not be found in "Austria National".
const IN_WORDS = /[().+/_-]/;
// Shorter words are only looked for where a word begins, as the quick search does.
const ANYWHERE_FROM = 3;

/**
 * A text in its plain form; `starts[i]` and `ends[i]` say where its i-th character comes from.
 *
 * @typedef {{ text: string, starts: number[], ends: number[] }} Folded
 */

/** @returns {string} */
function foldChar(char) {
    return char
        .normalize("NFKD")
        .replace(MARKS, "")
        .normalize("NFC")
        .replace(DASHES, "-")
        .replace(DOTS, "·")
        .toLowerCase();
}

/** @returns {Folded} */
function fold(text) {
    const folded = {text: "", starts: [], ends: []};
    let start = 0;
    for (const char of text) {
        const end = start + char.length;
        const plain = foldChar(char);
        if (!plain && folded.ends.length) {
            // An accent that stands alone belongs to the letter before it.
            folded.ends[folded.ends.length - 1] = end;
        }
        for (let i = 0; i < plain.length; i++) {
            folded.starts.push(start);
            folded.ends.push(end);
        }
        folded.text += plain;
        start = end;
    }
    return folded;
}

/** @returns {Folded} the same text without its separators */
function squeeze(folded, separator) {
    const squeezed = {text: "", starts: [], ends: []};
    for (let i = 0; i < folded.text.length; i++) {
        if (!separator.test(folded.text[i])) {
            squeezed.text += folded.text[i];
            squeezed.starts.push(folded.starts[i]);
            squeezed.ends.push(folded.ends[i]);
        }
    }
    return squeezed;
}

function find(folded, needle, wordStartOnly = false) {
    const ranges = [];
    let at = needle ? folded.text.indexOf(needle) : -1;
    while (at !== -1) {
        if (!wordStartOnly || !at || !ALNUM.test(folded.text[at - 1])) {
            ranges.push([folded.starts[at], folded.ends[at + needle.length - 1]]);
        }
        at = folded.text.indexOf(needle, at + 1);
    }
    return ranges;
}

/** A query of digits as one number; it may carry a prefix that the text lacks. */
function findNumber(folded, query) {
    const digits = query.replace(/\D/g, "");
    if (digits.length < ANYWHERE_FROM) {
        return [];
    }
    const squeezed = squeeze(folded, IN_NUMBERS);
    const variants = [digits, digits.replace(/^(00)?86(?=\d{9,})/, ""), digits.replace(/^0(?=\d{3,})/, "")];
    return variants.map((variant) => find(squeezed, variant)).find((ranges) => ranges.length) || [];
}

function findWord(folded, word) {
    const isShort = word.length < ANYWHERE_FROM && !CJK.test(word);
    const ranges = find(folded, word, isShort);
    const squeezedWord = squeeze(fold(word), IN_WORDS).text;
    if (squeezedWord.length >= ANYWHERE_FROM && ONLY_ALNUM.test(squeezedWord)) {
        ranges.push(...find(squeeze(folded, IN_WORDS), squeezedWord));
    }
    return ranges;
}

function findQuery(folded, query) {
    const plain = fold(query).text.trim();
    const ranges = DIGITS_ONLY.test(plain) ? findNumber(folded, plain) : [];
    return ranges.length ? ranges : plain.split(/\s+/).flatMap((word) => findWord(folded, word));
}

function merge(ranges) {
    const merged = [];
    for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
        const last = merged.at(-1);
        if (last && start <= last[1]) {
            last[1] = Math.max(last[1], end);
        } else {
            merged.push([start, end]);
        }
    }
    return merged;
}

/**
 * Split a text into the parts that match one of the queries and the parts between them. Joined, they are the text.
 *
 * @param {string} text
 * @param {string[]} queries what was typed; the words of a query are looked for one by one
 * @returns {{ text: string, hit: boolean }[]}
 */
export function highlightParts(text, queries) {
    if (!text || !queries.length) {
        return text ? [{text, hit: false}] : [];
    }
    const folded = fold(text);
    const parts = [];
    let position = 0;
    for (const [start, end] of merge(queries.flatMap((query) => findQuery(folded, query)))) {
        if (start > position) {
            parts.push({text: text.slice(position, start), hit: false});
        }
        parts.push({text: text.slice(start, end), hit: true});
        position = end;
    }
    if (position < text.length) {
        parts.push({text: text.slice(position), hit: false});
    }
    return parts;
}

const TEXT_TYPES = ["char", "text", "html", "many2one", "one2many", "many2many"];

/**
 * The texts of the search bar's active facets: what was typed, not values that were picked from a list.
 *
 * Reads the query itself: the model's facets are costly, they evaluate the domain of every filter.
 *
 * @param {Object} [searchModel] SearchModel of the view
 * @returns {string[]}
 */
export function typedQueries(searchModel) {
    const texts = [];
    for (const {searchItemId, autocompleteValue} of searchModel?.query || []) {
        const value = autocompleteValue?.value;
        const type = searchModel.searchItems[searchItemId]?.fieldType;
        if (typeof value === "string" && value.trim() && TEXT_TYPES.includes(type)) {
            texts.push(value);
        }
    }
    return texts;
}
