import { datasetIri } from '../../publish/void.ts';
import { Cite } from '../cite.tsx';
import { baseOf } from '../view.ts';
import type { Figure } from './figure.ts';

/** How to cite the dataset as it is now. It asks nothing of the graph. */
export const citation: Figure = ({ view, language }) => (
  <div class="panel">
    <Cite view={view} address={datasetIri(baseOf(view))} language={language} />
  </div>
);
