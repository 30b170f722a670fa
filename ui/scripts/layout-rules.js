/** @typedef {{ kind: string, what: string, example?: string }} Finding */

/**
 * What is wrong with the layout of the page. It runs in the page: it can use nothing from outside.
 * @param {{ keys: string[], language: string }} given
 * @returns {Finding[]}
 */
export function findings({ keys, language }) {
    /** @type {Finding[]} */
    const found = [];
    /** @param {string} kind @param {Element} element @param {string} [example] */
    const note = (kind, element, example) => found.push({ kind, what: nameOf(element), example });

    const controls =
        'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=menuitem], [role=option], [tabindex="0"]';
    const dialogs = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')];
    /** Where a person can work: under a dialog, nothing is. @type {Element} */
    const root = dialogs.at(-1) ?? document.body;
    const floating =
        '[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip], [data-popover-content]';
    const here = [...root.querySelectorAll('*')].filter(isVisible);

    /** @param {Element} element */
    function isVisible(element) {
        const { width, height } = element.getBoundingClientRect();
        // One pixel is for screen readers.
        return (
            width > 1 &&
            height > 1 &&
            element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        );
    }
    /** @param {Element} element */
    function nameOf(element) {
        const known = element.closest('[data-testid]')?.getAttribute('data-testid') ?? '-';
        const words = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 70);
        return `${known} <${element.tagName.toLowerCase()}> ${words || element.getAttribute('aria-label') || ''}`;
    }
    /** @param {string} words */
    const plain = (words) => words.replace(/\s+/g, '');
    /** @param {CSSStyleDeclaration} style @param {'X' | 'Y'} axis */
    const clips = (style, axis) => /hidden|clip/.test(style[`overflow${axis}`]);
    /** @param {CSSStyleDeclaration} style @param {'X' | 'Y'} axis */
    const scrolls = (style, axis) => /auto|scroll/.test(style[`overflow${axis}`]);

    /** Whether the text can be read in full in a title, under the pointer, or by its description. @param {Element} element @param {string} text */
    function isReadElsewhere(element, text) {
        const wanted = plain(text);
        element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
        for (let at = /** @type {Element | null} */ (element); at && at !== root; at = at.parentElement) {
            const ids = (at.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
            const described = ids.map((id) => document.getElementById(id)?.textContent ?? '');
            const words = [at.getAttribute('title'), at.getAttribute('aria-label'), ...described];
            if (words.some((one) => one && plain(one).includes(wanted))) return true;
        }
        const titles = [...element.querySelectorAll('[title]')].map((one) => one.getAttribute('title') ?? '');
        return titles.some((one) => plain(one).includes(wanted));
    }

    const brush = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
    /** The width of a text in a field. @param {string} text @param {CSSStyleDeclaration} style */
    function widthOf(text, style) {
        brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        return brush.measureText(text).width;
    }
    /** @param {HTMLElement} field @param {CSSStyleDeclaration} style */
    const room = (field, style) =>
        field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);

    for (const element of here) {
        const style = getComputedStyle(element);
        const wide = element.scrollWidth > element.clientWidth + 1;
        if (wide && scrolls(style, 'X') && element.tagName !== 'TEXTAREA') note('scrolls sideways', element);

        const text = element.textContent?.trim() ?? '';
        const cut = wide && clips(style, 'X');
        // The lowest descenders of a line may be below its box.
        const low = element.scrollHeight > element.clientHeight + 4 && clips(style, 'Y');
        const inner = [...element.children].some(
            (child) => child.textContent?.trim() === text && clips(getComputedStyle(child), 'X'),
        );
        if (text && (cut || low) && !inner && !isReadElsewhere(element, text)) note('clipped', element);

        if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
            const hint = element.placeholder;
            if (
                hint &&
                !element.value &&
                widthOf(hint, style) > room(element, style) + 1 &&
                element.tagName === 'INPUT'
            )
                note('clipped', element, `placeholder: ${hint}`);
            if (element.readOnly && wide && !element.title)
                note('clipped', element, `value: ${element.value}`);
        }
        if (element instanceof HTMLSelectElement) {
            const word = element.selectedOptions[0]?.text ?? '';
            if (widthOf(word, style) > room(element, style) + 1 && !element.title)
                note('clipped', element, `option: ${word}`);
        }
    }

    /** Whether something of it is shown around a box, so that what is past it is seen to be. @param {Element} box */
    function isCard(box) {
        const style = getComputedStyle(box);
        return (
            parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth) > 0 ||
            !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(style.backgroundColor)
        );
    }
    /** How far a text is past the card or the window that it is in. @param {Element} parent @param {DOMRect} box */
    function past(parent, box) {
        // A line of text is higher than its letters.
        const slack = 3;
        for (let at = /** @type {Element | null} */ (parent); at; at = at.parentElement) {
            const style = getComputedStyle(at);
            const [x, y] = [style.overflowX, style.overflowY].map((one) => one !== 'visible');
            if (x || y || at === document.body) {
                // What is cut or scrolled there is checked by the other rules.
                if (at !== document.body) return '';
                const { innerWidth, innerHeight } = window;
                const out = Math.max(-box.left, -box.top, box.right - innerWidth, box.bottom - innerHeight);
                return out > 1 ? `${Math.round(out)} px past the window` : '';
            }
            if (isCard(at)) {
                const card = at.getBoundingClientRect();
                const out = Math.max(card.left - box.left, box.right - card.right);
                const below = Math.max(card.top - box.top, box.bottom - card.bottom) - slack;
                if (out > 1 || below > 1) return `${Math.round(Math.max(out, below))} px past ${nameOf(at)}`;
            }
            if (/absolute|fixed/.test(style.position)) return '';
        }
        return '';
    }
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (node.textContent?.trim() && parent && isVisible(parent)) texts.push({ node, parent });
    }
    for (const { node, parent } of texts) {
        if (/absolute|fixed/.test(getComputedStyle(parent).position)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            const how = past(parent, /** @type {DOMRect} */ (box));
            if (!how) continue;
            note('past the edge', parent, how);
            break;
        }
    }
    for (const element of here) {
        const drawn = element.matches(controls) || element.matches('svg, canvas, img');
        if (!drawn || !element.parentElement || /absolute|fixed/.test(getComputedStyle(element).position))
            continue;
        const how = past(element.parentElement, element.getBoundingClientRect());
        if (how) note('past the edge', element, how);
    }

    /** What of an element can be seen, in the window's coordinates. @param {Element} element */
    function seen(element) {
        const own = element.getBoundingClientRect();
        let { left, top, right, bottom } = own;
        if (element.tagName === 'INPUT' || element.tagName === 'SELECT') {
            // A button may be in the padding of a field.
            const style = getComputedStyle(element);
            left += parseFloat(style.paddingLeft);
            right -= parseFloat(style.paddingRight);
        }
        for (let at = element.parentElement; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
            const box = at.getBoundingClientRect();
            left = Math.max(left, box.left);
            right = Math.min(right, box.right);
            top = Math.max(top, box.top);
            bottom = Math.min(bottom, box.bottom);
        }
        return { left, top, right, bottom };
    }
    /** @param {Element} element @param {string} position */
    function within(element, position) {
        for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement)
            if (getComputedStyle(at).position === position) return at;
        return null;
    }
    const usable = here
        .filter((element) => element.matches(controls))
        .map((element) => ({
            element,
            box: seen(element),
            layer: element.closest(floating),
            sticky: within(element, 'sticky'),
        }));
    for (const [at, one] of usable.entries())
        for (const other of usable.slice(at + 1)) {
            if (one.layer !== other.layer || one.sticky !== other.sticky) continue;
            if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
            const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            if (width > 2 && height > 2) note('overlaps', one.element, nameOf(other.element));
        }

    for (const { element } of usable) {
        let box = element.getBoundingClientRect();
        for (let at = element.parentElement; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            const port = at.getBoundingClientRect();
            const outX = box.right <= port.left + 1 || box.left >= port.right - 1;
            const outY = box.bottom <= port.top + 1 || box.top >= port.bottom - 1;
            const left = box.left - port.left + at.scrollLeft;
            const top = box.top - port.top + at.scrollTop;
            if ((clips(style, 'X') && outX) || (clips(style, 'Y') && outY)) {
                note('unreachable', element, `hidden by ${nameOf(at)}`);
                break;
            }
            if ((scrolls(style, 'X') && left < -1) || (scrolls(style, 'Y') && top < -1)) {
                note('unreachable', element, `before the start of ${nameOf(at)}`);
                break;
            }
            if (scrolls(style, 'X') || scrolls(style, 'Y')) box = port;
            if (style.position === 'fixed') break;
        }
    }

    const filled = here.filter(
        (element) =>
            element.matches(':is(a, button):is([data-tone=primary], [data-tone=danger])') &&
            element.closest(floating) === root.closest(floating),
    );
    if (filled.length > 1)
        found.push({ kind: 'several primary actions', what: filled.map(nameOf).join(' | ') });

    for (const inner of root.querySelectorAll('[data-callout] [data-callout]'))
        note('callout in a callout', inner);

    /** Three words of English, one after the other. */
    const english = /(?<![\w./@-])[A-Za-z][a-z’'-]*(?: [A-Za-z][a-z’'-]*){2,}(?![\w/@-])/;
    /** Names in the sample data, of services, and a command. */
    const names =
        /Safe deposit stick|practice makes perfect|Hetzner Storage Box|wrangler secret put JWT_SECRET/g;
    const known = new Set(keys);
    const raw = /\{\w+\}|\bundefined\b|\bNaN\b|\[object /;
    /** @param {string} words @param {Element} element */
    function readsWell(words, element) {
        if (known.has(words) && words.includes('_')) note('message key', element);
        // `translate=no` is what the window itself does not say: names, files, what a server says.
        if (element.closest('[translate=no], code, pre, kbd')) return;
        if (raw.test(words)) note('value without words', element, words);
        const spoken = element.closest('[lang]')?.getAttribute('lang') ?? language;
        // A quotation is in the words of the server, or what has to be typed.
        const [left] = english.exec(words.replace(/“[^”]*”/g, '').replace(names, '')) ?? [];
        if (spoken === 'zh-CN' && left) note('English', element, left);
    }
    for (const { node, parent } of texts) readsWell((node.textContent ?? '').trim(), parent);
    for (const element of here)
        for (const name of ['title', 'aria-label', 'placeholder']) {
            const words = element.getAttribute(name);
            if (words) readsWell(words.trim(), element);
        }
    return found;
}
