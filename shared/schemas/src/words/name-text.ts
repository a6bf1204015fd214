// Names of strangers as people can tell them apart: what cannot be seen, or turns the order of the letters around, is named.

/** Joiners, signs of variation and tags, but for those of which letters of some scripts and emoji are made. */
const unneeded = [
  /(?<![\p{Script=Arabic}\p{M}\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}])[\u200c\u200d]/u,
  /[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])/u,
  /(?<!\p{Extended_Pictographic})[\ufe00-\ufe0f](?!\u20e3)/u,
  /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0020}-\u{e007f}]/u,
];
/** Controls, marks of direction, and letters that look like nothing. */
const unseen = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\u034f\u115f\u1160\u2800\u3164\uffa0]/u;
const named = new RegExp([...unneeded, unseen].map(({ source }) => source).join('|'), 'gu');

/** `pump‹U+202E›1`; spaces at the ends as `␣`, for they are part of the name, too. */
export function nameText(name: string): string {
  return name
    .replace(named, (each) => `‹U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`)
    .replaceAll(/^\s+|\s+$/gu, (spaces) => '␣'.repeat(spaces.length));
}

/** At most so many characters, none of them cut in half. */
export function shortName(name: string, most: number): string {
  const characters = [...nameText(name)];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most).join('')}…`;
}
