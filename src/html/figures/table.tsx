import { Value } from '../parts.tsx';
import { type Figure, nameOf } from './figure.ts';

/** Rows as they are, a column for each variable that has a name. */
export const table: Figure = (input) => {
  const { view, language, rows, section } = input;
  const variables = Object.keys(section.names);
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {variables.map((variable) => (
              <th scope="col" key={variable}>
                {nameOf(input, variable)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {variables.map((variable) => {
                const term = row[variable];
                return <td key={variable}>{term && <Value view={view} term={term} language={language} />}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
