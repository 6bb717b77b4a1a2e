import { syntaxHighlighting } from '@codemirror/language';
import { tagHighlighter, tags } from '@lezer/highlight';

/** The colours of code, as classes: which colours they are is said with all others. */
export const colors = syntaxHighlighting(
  tagHighlighter([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: 'tok-keyword' },
    { tag: [tags.string, tags.special(tags.string), tags.regexp], class: 'tok-string' },
    { tag: [tags.number, tags.bool, tags.atom, tags.null], class: 'tok-number' },
    { tag: [tags.lineComment, tags.blockComment, tags.docComment], class: 'tok-comment' },
    {
      tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
      class: 'tok-function',
    },
    { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], class: 'tok-type' },
    { tag: [tags.propertyName, tags.attributeName], class: 'tok-property' },
    { tag: [tags.inserted], class: 'tok-string' },
    { tag: [tags.deleted], class: 'tok-keyword' },
  ]),
);
