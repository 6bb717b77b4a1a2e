import { moment } from '../../i18n/dates';
import { s } from '../../i18n/settings';
import type { AccountRemoved } from '../../lib/contract/generated';

/** What became of the account, in one piece. */
export function wordsOf(removed: AccountRemoved): string {
  const words = s.removal;
  return [
    words.done(removed.name),
    removed.moved > 0 ? words.moved(removed.moved) : '',
    removed.exported_to === null ? '' : words.exported(removed.exported_to),
    words.resting(removed.rests_in, moment(removed.rests_until)),
    words.access[removed.access],
  ]
    .filter(Boolean)
    .join(' ');
}
