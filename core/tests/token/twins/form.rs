//! Tokens whose text was changed after it was signed.

use licentia_core::token::MAX_HEADER_BYTES;

use super::pick;
use crate::random::Random;
use crate::support::base64url;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn changed(token: String, random: &mut Random) -> String {
    let changed = change(&token, random);
    // Past a limit JavaScript counts the units of UTF-16: it makes no bytes of a
    // text that is too long anyway.
    if changed.is_ascii() || changed.len() <= MAX_HEADER_BYTES { changed } else { token }
}

fn change(token: &str, random: &mut Random) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let part = random.index(parts.len());
    match random.below(14) {
        0 => drop(parts.remove(part)),
        1 => parts.insert(part, (pick(random, &["", "e30", "é"])).to_owned()),
        2 => parts[part].push_str(pick(random, &["=", "==", "A", "AA", "AAA", "\n", " "])),
        3 => parts[part].insert(0, pick(random, &[' ', '\n', '\u{feff}', 'A'])),
        4 => parts[part].clear(),
        // The other alphabet.
        5 => parts[part] = parts[part].replace('-', "+").replace('_', "/"),
        6 => trail(&mut parts[part], random),
        7 => parts[2] = base64url(&signature(random)),
        8 => {
            let letter = pick(random, &['=', '+', '/', '.', ' ', '\0', 'é', '😀', 'Ａ']);
            let at = random.index(parts[part].len() + 1);
            parts[part].insert(at, letter);
        }
        9 => drop(parts[part].pop()),
        10 => parts.swap(part, (part + 1) % 3),
        // Past the longest text.
        11 => parts[part].push_str(&"A".repeat(pick(random, &[4096, 65_536]))),
        _ => other(&mut parts[part], random),
    }
    parts.join(".")
}

/// Another last letter: perhaps the same bytes, with bits after them.
fn trail(part: &mut String, random: &mut Random) {
    if part.pop().is_some() {
        part.push(char::from(pick(random, LETTERS)));
    }
}

/// Another letter somewhere.
fn other(part: &mut String, random: &mut Random) {
    if !part.is_empty() {
        let at = random.index(part.len());
        part.replace_range(at..=at, &char::from(pick(random, LETTERS)).to_string());
    }
}

/// A signature that fits nothing.
fn signature(random: &mut Random) -> Vec<u8> {
    let length = pick(random, &[0, 63, 64, 64, 64, 65, 70, 72]);
    let byte = pick(random, &[0, 1, 0x30, 0xff]);
    vec![byte; length]
}
