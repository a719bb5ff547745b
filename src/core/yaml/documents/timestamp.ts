/** The times that go-yaml takes for a `!!timestamp`: a date, or one with a time behind `T`, `t` or a space. */
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-](\d{2}):(\d{2}))?)?$/;

/** Whether a text is a time that a scalar with the tag `!!timestamp` may hold. */
export function isTimestamp(text: string): boolean {
  const [, year, month, day, mark, ...more] = TIMESTAMP.exec(text) ?? [];
  if (year === undefined || !isDate(Number(year), Number(month), Number(day))) return false;
  const [hour, minute, second, zone, zoneHour, zoneMinute] = more;
  // A zone stands behind `T`, and must stand there.
  if (mark !== undefined && mark.startsWith(' ') !== (zone === undefined)) return false;
  return isWithin([hour, minute, second, zoneHour, zoneMinute], [23, 59, 59, 24, 60]);
}

/** Whether no number is larger than its limit; one that is not written is not. */
function isWithin(numbers: readonly (string | undefined)[], limits: readonly number[]): boolean {
  return numbers.every((number, i) => Number(number ?? 0) <= (limits[i] ?? 0));
}

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (days[month - 1] ?? 0);
}
