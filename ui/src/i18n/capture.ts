import type { ErrorCode, WireError } from '../lib/contract/generated';
import { capture, errors } from './en.capture';

/** What the capture window says, in the language on screen. */
export const words: typeof capture = capture;

/** A whole sentence for an error; never its code. */
export function sentence(error: WireError): string {
  const known: Partial<Record<ErrorCode, string>> = errors;
  return known[error.code] ?? error.message;
}
