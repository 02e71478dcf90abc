// Colours that can be read: contrast as WCAG 2.2 defines it (relative luminance, success criterion 1.4.3).

const INK = [27, 34, 48];
const WHITE = [255, 255, 255];
const READABLE = 4.5;

/** `#75A8FF` or `#7af` as three numbers; null for what is no such colour. */
export function parse(text) {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(text).trim());
  if (!digits) return null;
  const long = digits[1].length === 3 ? digits[1].replace(/./g, "$&$&") : digits[1];
  return [0, 2, 4].map((place) => parseInt(long.slice(place, place + 2), 16));
}

export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** What to paint with: the colour itself, what is readable on it, and the same colour dark enough for white paper. */
export function palette(text) {
  const primary = parse(text) || parse("#2755c8");
  let deep = primary;
  while (contrast(deep, WHITE) < READABLE) deep = deep.map((part) => Math.floor(part * 0.94));
  const on = contrast(WHITE, primary) >= READABLE ? WHITE : contrast(INK, primary) >= READABLE ? INK : [0, 0, 0];
  return { primary: css(primary), on: css(on), deep: css(deep) };
}

function css(colour) {
  return `rgb(${colour.join(" ")})`;
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
