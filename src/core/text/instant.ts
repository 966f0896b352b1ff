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

/** The time so many seconds later, in whole seconds; `undefined` where it cannot be read. */
export function addSeconds(time: string, seconds: number): string | undefined {
  const start = parseInstant(time);
  return start === undefined ? undefined : formatInstant(start + seconds);
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

function formatInstant(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const rest = seconds - days * SECONDS_PER_DAY;
  const date = [padded(year, 4), padded(month, 2), padded(day, 2)].join("-");
  const clock = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60];
  return `${date}T${clock.map((part) => padded(part, 2)).join(":")}Z`;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    value = value * 10 + text.charCodeAt(index) - 48;
  }
  return value;
}
