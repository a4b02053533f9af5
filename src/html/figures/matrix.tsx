import { Name } from '../parts.tsx';
import { Evidence } from './evidence.tsx';
import { distinct, type Figure, groupRows, nameOf, valueIn } from './figure.ts';

/**
 * Who says what, and where: `?row` by `?column`, each cell with the documents (`?document`) whose passages (`?source`)
 * say so. Documents go by letters. A column without rows is there all the same: that nobody says it is worth seeing.
 */
export const matrix: Figure = (input) => {
  const { view, language, rows } = input;
  const columns = distinct(rows, 'column');
  const documents = distinct(rows, 'document').sort();
  const letterOf = new Map(documents.map((each, index) => [each, String.fromCharCode(65 + index)]));
  return (
    <>
      <div class="wide">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{nameOf(input, 'row')}</th>
              {columns.map((column) => (
                <th scope="col" key={column}>
                  <Name view={view} iri={column} language={language} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...groupRows(rows, 'row')].map(([row, inRow]) => (
              <tr key={row}>
                <th scope="row">
                  <Name view={view} iri={row} language={language} />
                </th>
                {columns.map((column) => (
                  <td key={column}>
                    {[
                      ...groupRows(
                        inRow.filter((each) => valueIn(each, 'column') === column),
                        'document',
                      ),
                    ]
                      .sort(([a], [b]) => (a < b ? -1 : 1))
                      .map(([document, said]) => (
                        <Evidence
                          key={document}
                          view={view}
                          language={language}
                          mark={letterOf.get(document) ?? ''}
                          what={`${view.index.label(document, language)} (${said.length})`}
                          sources={distinct(said, 'source')}
                        />
                      ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul class="legend">
        {documents.map((document) => (
          <li key={document}>
            <span class="mark">{letterOf.get(document)}</span> <Name view={view} iri={document} language={language} />
          </li>
        ))}
      </ul>
    </>
  );
};
