// What a reader would complain of, found in the page; everything looks into shadow roots, too.
(() => {
  const under = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? under(e.shadowRoot) : [])]);
  const all = (what) => under(document).filter((e) => e.matches(what) && e.checkVisibility());
  const shown = (e) => e.outerHTML.slice(0, 100);
  const outer = (e) => e.parentElement || e.getRootNode().host || null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const paint = canvas.getContext("2d", { willReadFrequently: true });

  /** Any CSS colour as red, green, blue (0-255) and opacity (0-1). */
  const colours = new Map();
  function colour(text) {
    if (!colours.has(text)) colours.set(text, painted(text));
    return colours.get(text);
  }

  function painted(text) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = text;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = paint.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  }

  const over = ([red, green, blue, opacity], below) =>
    [red, green, blue].map((part, i) => part * opacity + below[i] * (1 - opacity));

  /** What is painted behind an element. */
  function ground(element) {
    const layers = [];
    for (let at = element; at; at = outer(at)) layers.push(colour(getComputedStyle(at).backgroundColor));
    const paper = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
    return layers.reverse().reduce((below, layer) => over(layer, below), paper);
  }

  /** Relative luminance (WCAG 2.2). */
  function luminance(parts) {
    const [red, green, blue] = parts
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function textOf(element) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim());
    const field = element.matches("input, select, textarea") ? element.value || element.placeholder : "";
    return own.filter(Boolean).join(" ") || field || "";
  }

  return {
    /** Texts below a contrast of 4.5, as [text, contrast]. */
    contrast() {
      const texts = all(":not(script, style, option, title, head *)").filter((e) => textOf(e) && e.getBoundingClientRect().width > 1);
      return texts.flatMap((element) => {
        const isEmpty = element.placeholder && !element.value;
        const [red, green, blue, opacity] = colour(getComputedStyle(element, isEmpty ? "::placeholder" : null).color);
        const below = ground(element);
        const ink = over([red, green, blue, opacity * Number(getComputedStyle(element).opacity)], below);
        const [low, high] = [luminance(ink), luminance(below)].sort((one, other) => one - other);
        const ratio = (high + 0.05) / (low + 0.05);
        return ratio < 4.5 ? [[textOf(element).slice(0, 40), Math.round(ratio * 100) / 100]] : [];
      });
    },

    /** Controls without a name that a screen reader could say. */
    nameless() {
      const named = (e) => e.getAttribute("aria-label") || (e.labels && e.labels.length && e.labels[0].textContent)
        || (e.matches("select, textarea") ? "" : e.textContent.trim());
      return all("button, a[href], input, select, textarea, summary")
        .filter((e) => e.getAttribute("aria-hidden") !== "true" && !named(e)).map(shown);
    },

    /** Controls smaller than 24 by 24 pixels (WCAG 2.2, success criterion 2.5.8; links in a text are exempt). */
    small() {
      return all("button, input:not([type=file]), select, textarea, summary").filter((e) => {
        const { width, height } = e.getBoundingClientRect();
        return width < 24 || height < 24;
      }).map(shown);
    },

    /** Controls that are cut off by the edge of what they stand in; a carousel scrolls. */
    cut() {
      return all("button, input, select, textarea, summary").filter((e) => !e.closest(".carousel, .unseen")).filter((e) => {
        const inner = e.getBoundingClientRect();
        const frame = e.closest(".pane, .window, .side, .bar, main") || document.documentElement;
        const { left, right } = frame.getBoundingClientRect();
        return inner.right > Math.min(right, innerWidth) + 0.5 || inner.left < left - 0.5;
      }).map(shown);
    },

    /** What has the focus, as [element, style of its outline, its width]; null for nothing. */
    focus() {
      let at = document.activeElement;
      while (at && at.shadowRoot) at = at.shadowRoot.activeElement;
      if (!at || at === document.body) return null;
      const style = getComputedStyle(at);
      return [shown(at), style.outlineStyle, parseFloat(style.outlineWidth)];
    },
  };
})()
