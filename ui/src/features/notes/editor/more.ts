import { Prec, type Extension } from '@codemirror/state';
import type { Session } from '../../../lib/session.svelte';
import type { Keeper } from '../keeper.svelte';
import { attaching } from './attach';
import { completion } from './complete';
import { following, services } from './follow';
import { handle } from './handle';
import { length } from './length';
import { outline } from './outline';
import { pasting } from './paste';
import { inOnePiece } from './pieces';
import { search } from './search';
import { servicesOf } from './services';
import { blockWidgets } from './widgets-of-blocks';

/** All of the editor that can wait until the text is on screen. */
export const moreFor = (session: Session, keeper: Keeper): Extension => [
  services.of(servicesOf(session, keeper)),
  following,
  Prec.high(inOnePiece),
  blockWidgets,
  completion,
  attaching,
  pasting,
  handle,
  search,
  length,
  outline,
];
