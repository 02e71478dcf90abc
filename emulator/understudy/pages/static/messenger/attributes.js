// What a page says of its visitor: custom attributes, cut to the platform's size.

/** As many attributes as fit, first come first; sizes are bytes of the JSON. */
export function trimmed(attributes, most) {
  const kept = {};
  const encoder = new TextEncoder();
  for (const [name, value] of Object.entries(attributes)) {
    const more = { ...kept, [name]: String(value) };
    if (encoder.encode(JSON.stringify(more)).length <= most) kept[name] = String(value);
    else console.warn(`Genesys: the attribute ${name} is left out: more than ${most} bytes in all`);
  }
  return kept;
}
