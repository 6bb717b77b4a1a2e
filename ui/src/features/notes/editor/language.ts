import { defineLanguageFacet, Language, languageDataProp } from '@codemirror/language';
import { Autolink, parser, Strikethrough, Table, TaskList } from '@lezer/markdown';

// The parser is used as it is: the ready-made Markdown package would bring the grammars of HTML,
// CSS and JavaScript along, which costs as much again as the whole editor.
const data = defineLanguageFacet();

export const markdown = new Language(
  data,
  parser.configure([
    Strikethrough,
    TaskList,
    Table,
    Autolink,
    { props: [languageDataProp.add({ Document: data })] },
  ]),
  [],
  'markdown',
);
