import type { Term as RdfTerm } from '@rdfjs/types';
import { Parser } from 'n3';
import type { Term } from './answer.ts';

/** The triples of a Turtle text, as rows of three terms. */
export function parseTurtle(text: string): Term[][] {
  return new Parser({ format: 'text/turtle' })
    .parse(text)
    .map(({ subject, predicate, object }) => [subject, predicate, object].map((term) => readTerm(term as RdfTerm)));
}

function readTerm(term: RdfTerm): Term {
  switch (term.termType) {
    case 'NamedNode':
      return { type: 'uri', value: term.value };
    case 'Literal':
      return term.language
        ? { type: 'literal', value: term.value, 'xml:lang': term.language }
        : { type: 'literal', value: term.value, datatype: term.datatype.value };
    case 'Quad':
      return {
        type: 'triple',
        value: {
          subject: readTerm(term.subject),
          predicate: readTerm(term.predicate),
          object: readTerm(term.object),
        },
      };
    default:
      return { type: 'bnode', value: term.value };
  }
}
