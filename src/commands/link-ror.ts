import { Command, Option } from 'commander';
import { openRecordFile } from '../load/record-file.ts';
import { softwareVersion } from '../load/software.ts';
import { readIdentifier } from '../registries/identifiers.ts';
import { searchRor } from '../registries/link-ror.ts';
import type { Candidate, Subject } from '../registries/match.ts';
import { defaultThreshold, type Evaluation, evaluate, type Proposal, propose } from '../registries/propose.ts';
import { chooseRorFile } from '../registries/ror-dump.ts';
import { justification, noTermFound, type Slots, writeSssom } from '../registries/sssom.ts';
import { askFile, requirePublication } from './ask-file.ts';
import { loadDataset } from './load.ts';
import { type DataOptions, dataOptions, similarity } from './options.ts';
import { openOutput } from './output.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { readVocabulary, type VocabularyOptions, vocabularyOption } from './vocabulary.ts';

interface LinkRorOptions extends DataOptions, VocabularyOptions {
  readonly publication: string;
  readonly threshold: number;
  readonly all: boolean;
  readonly evaluate: boolean;
  readonly out?: string;
}

/** `link ror`: proposes records of the registry for things that have none. */
export function linkRorCommand(): Command {
  const command = new Command('ror')
    .description('Propose ROR records for organisations that have none yet, as SSSOM for a person to judge.')
    .argument('<dump...>', 'JSON records, schema 1 or 2: an array or one a line; plain, .gz, or the .zip of a release')
    .addOption(
      new Option('--threshold <score>', 'how sure a proposal must be').argParser(similarity).default(defaultThreshold),
    )
    .addOption(new Option('--all', 'also organisations that have a link').default(false))
    .addOption(new Option('--evaluate', 'compare with the links that are known, as if each were not').default(false))
    .addOption(new Option('--out <file>', 'write to this file').default(undefined, 'stdout'))
    .addOption(vocabularyOption());
  for (const option of dataOptions()) command.addOption(option);
  return command.action(linkRor);
}

async function linkRor(files: readonly string[], options: LinkRorOptions): Promise<void> {
  const types = await readVocabulary(options, (text) => text.types ?? {});
  const dumps = files.map((file) => () => openRecordFile(file, chooseRorFile));
  showProgress('Reading and reasoning …');
  const dataset = await loadDataset(options);
  const publication = requirePublication(dataset, 'what is an organisation');
  const rows = (await askFile(dataset, publication, 'names-to-link.rq')) as Row[];
  const things = readThings(rows, types, options.evaluate);
  const chosen = things.filter(({ links }) => options.all || options.evaluate || !links.size);
  const known = new Set(things.flatMap(({ links }) => [...links]));
  let faults = 0;
  const { candidates, records, present, home } = await searchRor({
    subjects: chosen,
    dumps,
    known,
    progress: (step, done) =>
      showProgress(`${step === 'counting' ? 'Counting words' : 'Comparing names'}: ${Math.round(100 * done)}%`),
    fault: (place, message) => {
      if (++faults <= 20) say(`${place}: left out. ${message}`);
    },
  });
  endProgress();
  const proposals = chosen.map((subject, index) => propose(subject, candidates[index] ?? [], options.threshold));
  const counts = (kind: Proposal['kind']): number => proposals.filter((proposal) => proposal.kind === kind).length;
  say(
    `${records} records, ${chosen.length} things: ${counts('match')} proposed, ${counts('ambiguous')} ambiguous, ` +
      `${counts('none')} not found${home ? `; ours are mostly in ${home}` : ''}.`,
  );
  const output = await openOutput(options.out);
  try {
    if (options.evaluate) {
      const links = new Map(
        chosen
          .filter(({ links }) => [...links].some((link) => present.has(link)))
          .map(({ iri, links }) => [iri, links]),
      );
      await output.write(describeEvaluation(evaluate(proposals, links), links));
    } else {
      const labels = new Map(chosen.map(({ iri, label }) => [iri, label]));
      const prefixes = { ...publication.prefixes, [publication.name]: publication.base, ror: 'https://ror.org/' };
      const set = `${publication.base}links/proposals-ror-${today()}`;
      await output.write(writeSssom(toSssom(set, proposals, labels, publication.license), prefixes));
    }
    await output.end();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

interface Row {
  readonly thing: string;
  readonly what: 'name' | 'text' | 'class' | 'homepage' | 'link';
  readonly value: string;
  readonly language?: string;
  readonly outside: string;
}

interface Thing extends Subject {
  readonly label: string;
  /** Records of the registry that it is linked to. */
  readonly links: ReadonlySet<string>;
}

/**
 * Things from the rows of the query.
 *
 * @param inside leaves out what registries and links say: to find a link again by it would prove nothing.
 */
function readThings(
  rows: readonly Row[],
  types: Readonly<Record<string, readonly string[]>>,
  inside: boolean,
): Thing[] {
  const byThing = new Map<string, Row[]>();
  for (const row of rows) byThing.set(row.thing, [...(byThing.get(row.thing) ?? []), row]);
  return [...byThing].flatMap(([iri, about]) => {
    const said = (what: Row['what'], also = !inside): string[] => [
      ...new Set(
        about.filter((row) => row.what === what && (also || row.outside !== 'true')).map(({ value }) => value),
      ),
    ];
    const names = said('name');
    if (!names.length) return [];
    const english = about.find(({ what, language }) => what === 'name' && language === 'en');
    const links = said('link', true).flatMap((link) => {
      const reading = /^https?:\/\/ror\.org\//.test(link) ? readIdentifier('ror', link) : undefined;
      return reading?.kind === 'identifier' && reading.iri ? [reading.iri] : [];
    });
    return [
      {
        iri,
        label: english?.value ?? (names[0] as string),
        names,
        texts: said('text'),
        homepages: said('homepage'),
        types: [...new Set(said('class', true).flatMap((each) => types[each] ?? []))],
        links: new Set(links),
      },
    ];
  });
}

const today = (): string => new Date().toISOString().slice(0, 10);

function toSssom(set: string, proposals: readonly Proposal[], labels: ReadonlyMap<string, string>, license: string) {
  const mapping = (subject: Subject, predicate: string, found: Candidate, comment: string): Slots => ({
    subject_id: subject.iri,
    subject_label: labels.get(subject.iri) ?? '',
    predicate_id: predicate,
    object_id: found.id,
    object_label: found.label,
    mapping_justification: justification('CompositeMatching'),
    confidence: found.score,
    match_string: found.matched,
    comment,
  });
  const mappings = proposals.flatMap((proposal): Slots[] => {
    const { subject } = proposal;
    if (proposal.kind === 'match') return [mapping(subject, sameAs, proposal.found, explain(proposal.found))];
    if (proposal.kind === 'ambiguous')
      return proposal.rivals.map((found) => {
        const others = proposal.rivals.filter(({ id }) => id !== found.id).map(({ id, label }) => `${label} <${id}>`);
        return mapping(
          subject,
          closeMatch,
          found,
          `Ambiguous, choose: ${explain(found)} Rivals: ${others.join(', ')}.`,
        );
      });
    return [
      {
        subject_id: subject.iri,
        subject_label: labels.get(subject.iri) ?? '',
        predicate_id: sameAs,
        object_id: noTermFound,
        mapping_justification: justification('CompositeMatching'),
        comment: proposal.best
          ? `Nothing sure enough; the best is ${proposal.best.label} <${proposal.best.id}> with ${proposal.best.score}: ${explain(proposal.best)}`
          : 'No record has a name like this.',
      },
    ];
  });
  return {
    slots: {
      mapping_set_id: set,
      mapping_set_title: 'Proposed links to ROR, to be judged by a person',
      license,
      object_source: 'https://ror.org/',
      mapping_date: today(),
      mapping_tool: 'umcnl link ror',
      mapping_tool_version: softwareVersion(),
    },
    mappings,
  };
}

const sameAs = 'http://www.w3.org/2002/07/owl#sameAs';
const closeMatch = 'http://www.w3.org/2004/02/skos/core#closeMatch';

const signed = (part: number): string => `${part < 0 ? '−' : '+'}${Math.abs(part)}`;
const explain = ({ features }: Candidate): string =>
  `${features.map(({ because, part }) => `${because} (${signed(part)})`).join('; ')}.`;

function describeEvaluation(found: Evaluation, links: ReadonlyMap<string, ReadonlySet<string>>): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const lines = [
    `Things with a known link: ${found.known}. Proposed: ${found.proposed}, right: ${found.right}.`,
    `Precision ${percent(found.precision)}, recall ${percent(found.recall)}.`,
    `Wrong: ${found.wrong.length || 'none'}.`,
    ...found.wrong.map(
      ({ subject, found: { id, label, score, features } }) =>
        `  <${subject.iri}> → ${label} <${id}> ${score}: ${features.map(({ because }) => because).join('; ')}`,
    ),
    `Missed: ${found.missed.length || 'none'}.`,
    ...found.missed.map((proposal) => {
      const candidates =
        proposal.kind === 'ambiguous' ? proposal.rivals : proposal.kind === 'none' ? [proposal.best] : [];
      const best = candidates.flatMap((each) => (each ? [`${each.label} <${each.id}> ${each.score}`] : []));
      const wanted = [...(links.get(proposal.subject.iri) ?? [])].join(', ');
      return `  <${proposal.subject.iri}> (${wanted}): ${proposal.kind}${best.length ? `: ${best.join(', ')}` : ''}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
