// MD5 (RFC 1321), which `onAttachment` asks for and Web Cryptography does not have. A checksum, not a protection.

const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) >>> 0);

/** The digest of an ArrayBuffer, in hexadecimal digits. */
export function md5(buffer) {
  const given = new Uint8Array(buffer);
  const padded = new Uint8Array((Math.floor((given.length + 8) / 64) + 1) * 64);
  padded.set(given);
  padded[given.length] = 0x80;
  const words = new DataView(padded.buffer);
  words.setUint32(padded.length - 8, (given.length * 8) >>> 0, true);
  words.setUint32(padded.length - 4, Math.floor(given.length / 2 ** 29), true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) mix(state, words, block);
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, i) => digest.setUint32(i * 4, word, true));
  return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function mix(state, words, block) {
  let [a, b, c, d] = state;
  for (let i = 0; i < 64; i += 1) {
    const round = i >> 4;
    const [value, index] = step(round, i, b, c, d);
    const sum = (a + value + SINES[i] + words.getUint32(block + index * 4, true)) >>> 0;
    const shift = SHIFTS[round][i & 3];
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) >>> 0];
  }
  [a, b, c, d].forEach((word, i) => {
    state[i] = (state[i] + word) >>> 0;
  });
}

/** RFC 1321 §3.4: the auxiliary function of a round, and which word it takes. */
function step(round, i, b, c, d) {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(b & d) | (c & ~d), (5 * i + 1) % 16];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) % 16];
  return [c ^ (b | ~d), (7 * i) % 16];
}
