import type { ErrorCode, WireError } from '../lib/contract/generated';
import { en, type Messages } from './en';

/** The messages of the language on screen. */
export const t: Messages = en;

/** A whole sentence for an error; never its code. */
export function sentence(error: WireError): string {
  const known: Partial<Record<ErrorCode, string>> = t.errors;
  return known[error.code] ?? error.message;
}
