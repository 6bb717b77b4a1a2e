// Apart from the other sentences, because hardly any note needs them.

const count = new Intl.NumberFormat('en');

export const losses = {
  summary: (n: number) =>
    n === 1
      ? 'Notion cannot hold one place of this note as it is'
      : `Notion cannot hold ${count.format(n)} places of this note as they are`,
  where: (line: number, heading: string | null) =>
    heading === null
      ? `Line ${count.format(line)}:`
      : `Line ${count.format(line)}, under “${heading}”:`,
  stays: 'On this computer the note stays as you write it.',
};
