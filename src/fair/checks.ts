import type { Group } from './check.ts';
import { catalogue } from './checks/catalogue.ts';
import { dereferencing } from './checks/dereferencing.ts';
import { discovery } from './checks/discovery.ts';
import { dumps } from './checks/dumps.ts';
import { fairDataPoint } from './checks/fair-data-point.ts';
import { httpChecks } from './checks/http.ts';
import { jsonLdChecks } from './checks/json-ld.ts';
import { permanence } from './checks/permanence.ts';
import { signposting } from './checks/signposting.ts';
import { sparqlChecks } from './checks/sparql.ts';
import { voidChecks } from './checks/void.ts';

/** Every group of checks, in the order in which they are done. Adding a check is adding an entry to one of them. */
export const groups: readonly Group[] = [
  dereferencing,
  httpChecks,
  signposting,
  jsonLdChecks,
  dumps,
  catalogue,
  voidChecks,
  fairDataPoint,
  discovery,
  sparqlChecks,
  permanence,
];
