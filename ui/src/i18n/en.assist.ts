import type { AssistPreview, AssistSent } from '../lib/contract/generated';

// What is said of models, in the panel and in the palette; read only with them.

const count = new Intl.NumberFormat('en');
const bytes = (n: number) => (n === 1 ? '1 byte' : `${count.format(n)} bytes`);
const tokens = ({ tokens_in, tokens_out }: AssistSent) =>
  tokens_in === null || tokens_out === null
    ? ''
    : ` It counted ${count.format(tokens_in)} tokens asked and ${count.format(tokens_out)} answered.`;

export const assist = {
  stayed: 'Nothing left this device.',
  sent: (sent: AssistSent, when: string) =>
    sent.local
      ? `Shown to ${sent.model} on this computer, ${when}. Nothing left this device.`
      : `${bytes(sent.bytes)} went to ${sent.model} at ${sent.host}, ${when}.${tokens(sent)}`,
  left: (model: string, host: string, when: string) =>
    `${model} at ${host} was asked, ${when}: what was shown to it left this device.`,
  waiting: (model: string) => `Waiting for ${model}…`,
  writing: (model: string, n: number) =>
    `${model} is writing: ${count.format(n)} ${n === 1 ? 'character' : 'characters'} so far.`,
  stop: 'Stop',
  stopped: 'Stopped.',
  what: 'What would be sent',
  preview: {
    heading: (preview: AssistPreview) =>
      preview.local
        ? `This would be shown to ${preview.model} on this computer`
        : `This would go to ${preview.model} at ${preview.host}`,
    local: 'It would not leave this device.',
    first:
      'It leaves this device. Agreeing once is enough, until another address is set. Every sending stands in the security log.',
    again: 'It leaves this device, as you agreed.',
    tokens: (n: number) => `About ${count.format(n)} tokens.`,
    told: 'What the model is told to do',
    shown: 'What it is shown',
    loading: 'Putting together what would be sent…',
    agree: (host: string) => `Agree and send to ${host}`,
    send: 'Send',
    leave: 'Do not send',
  },
};
