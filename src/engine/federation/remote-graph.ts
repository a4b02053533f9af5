import type { Quad } from '@rdfjs/types';
import { findFormat, formats } from '../../rdf/formats.ts';
import { readRdf, SyntaxFault } from '../../rdf/read.ts';
import { QueryFault } from '../engine.ts';
import { relabel, skolemize } from '../skolem.ts';
import { type RemoteRequests, remoteFault } from './guarded-fetch.ts';

const graphTypes = formats.flatMap(({ mediaType, aliases }) => [mediaType, ...aliases]);
const contextTypes = ['application/ld+json', 'application/json'];

/**
 * The default graph of the RDF document at an address, in any format that we read, its blank nodes as IRIs. The contexts
 * of JSON-LD are asked for under the same rules. Throws {@link QueryFault}.
 */
export async function readRemoteGraph(address: string, requests: RemoteRequests): Promise<Quad[]> {
  requests.check(address, 'no graph of this dataset');
  const { address: baseIRI, mediaType, text, number } = await requests.ask({ address, accept: graphTypes });
  const format = findFormat(mediaType) ?? formats[0];
  // A parser wraps or drops the fault of a context: keep it.
  let contextFault: unknown;
  const loadContext = async (context: string): Promise<object> => {
    try {
      return await readContext(context, requests);
    } catch (error) {
      contextFault ??= error;
      throw error;
    }
  };
  try {
    const quads = await readRdf(text, format, { source: address, baseIRI, loadContext });
    const rename = relabel(`remote${number}`);
    return quads
      .filter(({ graph }) => graph.termType === 'DefaultGraph')
      .map((each) => skolemize(each, rename) as Quad);
  } catch (error) {
    if (contextFault instanceof QueryFault) throw contextFault;
    if (!(error instanceof SyntaxFault)) throw error;
    const place = error.line ? ` (line ${error.line})` : '';
    throw remoteFault(baseIRI, `answered ${format.label} with an error in it${place}`);
  }
}

async function readContext(address: string, requests: RemoteRequests): Promise<object> {
  const answer = await requests.ask({ address, accept: contextTypes });
  try {
    return JSON.parse(answer.text) as object;
  } catch {
    throw remoteFault(answer.address, 'answered no JSON');
  }
}
