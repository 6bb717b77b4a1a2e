import { t } from '.';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export function time(at: number): string {
  return clock.format(at);
}

/** The moment in full, for a tooltip. */
export function moment(at: number): string {
  return whole.format(at);
}

/** A date as short as it can be understood today: `now`, `12:04`, `Fri`, `12 Nov`, `Nov 2025`. */
export function shortDate(at: number, now: number): string {
  if (Math.abs(now - at) < MINUTE) return t.dates.now;
  const today = midnight(now);
  if (at >= today) return at < today + DAY ? clock.format(at) : day.format(at);
  if (at >= midnight(today - 6 * DAY)) return weekday.format(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? day.format(at)
    : month.format(at);
}

/** A moment of confirmation: the time when it was today, else with its day. */
export function timeOrDay(at: number, now: number): string {
  return at >= midnight(now) ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}
