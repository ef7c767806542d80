import texts from "messages:token";

/** The most characters of foreign text that a message shows. */
const MAX_QUOTED = 100;

/**
 * The message of an error, as the core makes it: from the line of its code,
 * perhaps one for the value of its first evidence.
 */
export const message = (code, evidence) => written(texts, code, evidence);

/** The same from other lines. */
export function written(texts, code, evidence) {
  const text = texts[`${code}/${Object.values(evidence)[0] ?? "none"}`] ?? texts[code] ?? code;
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(evidence[name]));
}

function shown(piece) {
  if (Array.isArray(piece)) {
    [piece] = piece;
  }
  if (piece instanceof Date) {
    return piece.toISOString().replace(".000", "");
  }
  if (typeof piece !== "string") {
    return piece ?? "none";
  }
  const letters = [...piece];
  const end = letters.length > MAX_QUOTED ? "…`" : "`";
  return `\`${letters.slice(0, MAX_QUOTED).join("").replace(/[\p{Cc}`]/gu, "\ufffd")}${end}`;
}
