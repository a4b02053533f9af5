import type { Row } from '../../publish/tables.ts';
import type { Language } from '../texts.ts';
import type { View } from '../view.ts';
import { valueIn } from './figure.ts';
import { figureTexts } from './figure-texts.ts';

/**
 * A number as its source has it: `?value` with what comes before it (`?qualifier`: "more than"), its `?unit`, what it
 * is counted by (`?per`), and what is to be known of it (`?remark`).
 */
export function amount(view: View, row: Row, language: Language): string {
  const word = (variable: string): string => {
    const iri = valueIn(row, variable);
    return (view.index.label(iri, language) ?? iri).toLocaleLowerCase(language);
  };
  const has = (variable: string): boolean => row[variable] !== undefined;
  return [
    ...(has('qualifier') ? [word('qualifier')] : []),
    inUnit(row, language) ?? `${bare(row, language)}${has('unit') ? ` ${word('unit')}` : ''}`,
    ...(has('per') ? [figureTexts[language].per, word('per')] : []),
    ...(has('remark') ? [`(${word('remark')})`] : []),
  ].join(' ');

  // Years, percents and such have a plural of their own, which Intl knows by their English name.
  function inUnit(counted: Row, reader: Language): string | undefined {
    const unit = has('unit') ? view.index.label(valueIn(counted, 'unit'), 'en')?.toLowerCase() : undefined;
    if (unit === undefined || !Intl.supportedValuesOf('unit').includes(unit)) return undefined;
    return new Intl.NumberFormat(reader, { style: 'unit', unit, unitDisplay: 'long' }).format(
      Number(valueIn(counted, 'value')),
    );
  }
}

const bare = (row: Row, language: Language): string =>
  new Intl.NumberFormat(language).format(Number(valueIn(row, 'value')));
