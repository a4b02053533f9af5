import type { VNode } from 'preact';
import type { SectionSpec } from '../../load/page-specs.ts';
import type { Row } from '../../publish/tables.ts';
import type { Language } from '../texts.ts';
import type { View } from '../view.ts';

/** What a figure is drawn from. */
export interface FigureInput {
  readonly view: View;
  readonly language: Language;
  readonly section: SectionSpec;
  /** The rows that the reader's choice leaves. */
  readonly rows: readonly Row[];
  /** All rows, whatever was chosen. */
  readonly all: readonly Row[];
  /** What the reader has chosen, by variable. */
  readonly chosen: Chosen;
}

/** IRIs that a reader has chosen, by the variable that must have one of them. */
export type Chosen = ReadonlyMap<string, ReadonlySet<string>>;

/** Draws the answer to a query. What it shows as a picture it says in words or in a table as well. */
export type Figure = (input: FigureInput) => VNode | null;

/** The value of a variable, or nothing if the row has none. */
export const valueIn = (row: Row, variable: string): string => row[variable]?.value ?? '';

/** Rows by the value of a variable, in the order in which the values first come; rows without it are left out. */
export function groupRows(rows: readonly Row[], variable: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const value = row[variable]?.value;
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

/** The distinct values of a variable, in the order in which they first come. */
export const distinct = (rows: readonly Row[], variable: string): string[] => [...groupRows(rows, variable).keys()];

/** What a variable is called for readers. */
export const nameOf = ({ section, language }: FigureInput, variable: string): string =>
  section.names[variable]?.[language] ?? variable;

/** The `?document` of each `?source`. */
export const documentsOf = (rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.flatMap((row) => (row['document'] ? [[valueIn(row, 'source'), row['document'].value] as const] : [])));

/** The level of headings within a figure: below that of its section, if that has one. */
export const headingIn = ({ section }: FigureInput): 'h2' | 'h3' => (section.title ? 'h3' : 'h2');
