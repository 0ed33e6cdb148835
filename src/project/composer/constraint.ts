/**
 * Whether a version of a series (8.4) can meet a constraint of Composer's: https://getcomposer.org/doc/articles/versions.md. npm's ranges are not
 * the same (~8.1 ends before 9.0 here), hence no library. Only releases are looked at; what is not understood counts as met.
 */
type Version = readonly number[];
/** Nobody writes longer ones; the patterns below would take their time. */
const LONGEST = 500;

/** From the first up to, and without, the second. */
type Range = readonly [Version, Version];

const END: Version = [Number.POSITIVE_INFINITY];

export function canMeet(constraint: string, series: string): boolean {
  if (constraint.length > LONGEST) return true;
  const desired: Range = [parse(series), next(parse(series))];
  return constraint.split(/\s*\|\|?\s*/).some((alternative) => {
    const ranges = alternative
      .replace(/(\S+)\s+-\s+(\S+)/g, (_, from: string, to: string) => `>=${from} ${upTo(to)}`)
      .replace(/([<>=!^~])\s+/g, '$1')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(rangeOf);
    return [...ranges, desired].reduce(meet, [[0], END] as Range | undefined) !== undefined;
  });
}

const parse = (text: string): Version => text.split('.').map(Number);

/** 8.4 → 8.5: the first version that is not of the series. */
const next = (version: Version): Version => [...version.slice(0, -1), (version.at(-1) ?? 0) + 1];

const upTo = (version: string) =>
  version.split('.').length < 3 ? `<${next(parse(version)).join('.')}` : `<=${version}`;

function compare(a: Version, b: Version): number {
  const different = [...Array(Math.max(a.length, b.length)).keys()].find((at) => (a[at] ?? 0) !== (b[at] ?? 0));
  return different === undefined ? 0 : (a[different] ?? 0) - (b[different] ?? 0);
}

const meet = (one: Range | undefined, other: Range): Range | undefined => {
  if (!one) return undefined;
  const from = compare(one[0], other[0]) > 0 ? one[0] : other[0];
  const to = compare(one[1], other[1]) < 0 ? one[1] : other[1];
  return compare(from, to) < 0 ? [from, to] : undefined;
};

function rangeOf(part: string): Range {
  const [, operator = '', digits] =
    /^(>=|<=|!=|<>|==|[<>=^~]|)v?(\d+(?:\.\d+)*)(?:\.[*x])*(?:[-@+].*)?$/i.exec(part) ?? [];
  if (digits === undefined) return [[0], END];
  const version = parse(digits);
  const patch = [...version, 0, 0].slice(0, Math.max(version.length, 3));
  switch (operator) {
    case '>=':
      return [version, END];
    case '>':
      return [next(patch), END];
    case '<':
      return [[0], version];
    case '<=':
      return [[0], next(patch)];
    case '!=':
    case '<>':
      return [[0], END];
    case '^':
      return [version, next(version.slice(0, Math.max(1, version.findIndex((each) => each > 0) + 1)))];
    case '~':
      return [version, next(version.slice(0, Math.max(1, version.length - 1)))];
    default:
      return [version, next(/[*x]/.test(part) ? version : patch)];
  }
}
