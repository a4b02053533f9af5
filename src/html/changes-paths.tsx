import type { VNode } from 'preact';
import { atomType } from '../publish/atom.ts';
import { inLanguage } from './layout.tsx';
import type { Language } from './texts.ts';

/** Where the kept versions are listed; what changed between two of them is below. */
export const changesPath = '/changes';

/** The address of what changed between two versions. */
export const comparisonPath = (from: string, to: string): string => `${changesPath}/${from}/${to}`;

/** Where the feed of changes is; with a thing, the feed of what changed of that. */
export const feedPath = (thing?: string): string => `${changesPath}.atom${thingQuery(thing)}`;

/** Where a page tells what changed, overall or of one thing. */
export const changesPathOf = (thing?: string): string => changesPath + thingQuery(thing);

const thingQuery = (thing: string | undefined): string =>
  thing === undefined ? '' : `?thing=${encodeURIComponent(thing)}`;

/** For the head of a page: where its reader can follow what changes. */
export const FeedLink = ({ title, thing, language }: { title: string; thing?: string; language: Language }): VNode => (
  <link rel="alternate" type={atomType} title={title} href={inLanguage(feedPath(thing), language)} />
);
