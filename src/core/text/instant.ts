const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

const SECONDS_PER_DAY = 86_400;
const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01, in the calendar whose years begin in March. */
const EPOCH_DAYS = 719_468;

/**
 * Reads an ISO 8601 time in UTC into whole seconds since 1970; `undefined` for anything else.
 * Fractions are cut off: GitHub gives whole seconds, and two times in one second count as equal.
 */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT.test(text)) {
    return undefined;
  }
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const days = daysSince1970(digits(text, 0, 4), month, day);
  return days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
}

/** Whole seconds from one time to another; `undefined` where either cannot be read. */
export function secondsBetween(from: string, to: string): number | undefined {
  const start = parseInstant(from);
  const end = parseInstant(to);
  return start === undefined || end === undefined ? undefined : end - start;
}

/** Later by at least a second. What cannot be read is never later. */
export function isAfter(time: string | undefined, other: string | undefined): boolean {
  if (time === undefined || other === undefined) {
    return false;
  }
  const a = parseInstant(time);
  const b = parseInstant(other);
  return a !== undefined && b !== undefined && a > b;
}

/** Not earlier by a second or more. What cannot be read may be later: for checks that fail closed. */
export function isAtOrAfter(time: string, other: string): boolean {
  const a = parseInstant(time);
  const b = parseInstant(other);
  return a === undefined || b === undefined || a >= b;
}

/** The core has no `Date`, so the calendar is counted here: eras of 400 years, years from March. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * DAYS_PER_ERA + yearOfEra * 365 + leapDays + dayOfYear - EPOCH_DAYS;
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    value = value * 10 + text.charCodeAt(index) - 48;
  }
  return value;
}
