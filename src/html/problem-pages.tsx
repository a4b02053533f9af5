import type { VNode } from 'preact';
import { page } from './layout.tsx';
import { type ProblemName, problemTexts, problemWords } from './problem-texts.ts';
import { type Language, texts } from './texts.ts';
import type { ProblemView, View } from './view.ts';

/** What went wrong with one request, for people. */
export function problemPage(view: View, problem: ProblemView, language: Language): string {
  const { title: name } = problemTexts[problem.name];
  const title = `${problem.status} ${name[language]}`;
  return page({
    view,
    language,
    title,
    children: (
      <>
        <h1>{title}</h1>
        {/* Messages are in English: programs and their authors read them too. */}
        <ProblemDetails problem={problem} language={language} />
        <p>
          <a href={`/?lang=${language}`}>{texts[language].goHome}</a>
        </p>
      </>
    ),
  });
}

/** What a problem means, what exactly was wrong, what to do, and where it is explained. */
export function ProblemDetails({ problem, language }: { problem: ProblemView; language: Language }): VNode {
  const { meaning, action } = problemTexts[problem.name];
  return (
    <>
      {language !== 'en' && <p class="lead">{meaning[language]}</p>}
      {/* Messages are in English: programs and their authors read them too. */}
      <p class={language === 'en' ? 'lead' : 'meta'} lang="en">
        {problem.message}
      </p>
      <p>{action[language]}</p>
      {problem.links && problem.links.length > 0 && (
        <ul>
          {problem.links.map(({ href, label }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={`/problems/${problem.name}?lang=${language}`}>{problemWords[language].explained}</a>
      </p>
    </>
  );
}

/** A kind of problem: what it means and what to do. */
export function problemKindPage(view: View, name: ProblemName, language: Language): string {
  const words = problemWords[language];
  const { status, title, meaning, action } = problemTexts[name];
  return page({
    view,
    language,
    title: title[language],
    children: (
      <>
        <h1>{title[language]}</h1>
        <p class="meta">
          {words.status}: {status}
        </p>
        <h2>{words.meaning}</h2>
        <p>{meaning[language]}</p>
        <h2>{words.action}</h2>
        <p>{action[language]}</p>
        <p>
          <a href={`/problems?lang=${language}`}>{words.problems}</a>
        </p>
      </>
    ),
  });
}

/** All kinds of problems. */
export function problemsPage(view: View, language: Language): string {
  const words = problemWords[language];
  return page({
    view,
    language,
    title: words.problems,
    children: (
      <>
        <h1>{words.problems}</h1>
        <p class="lead">{words.lead}</p>
        <div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.status}</th>
                <th scope="col">{words.problem}</th>
                <th scope="col">{words.meaning}</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(problemTexts).map(([name, { status, title, meaning }]) => (
                <tr key={name}>
                  <td>{status}</td>
                  <td>
                    <a href={`/problems/${name}?lang=${language}`}>{title[language]}</a>
                  </td>
                  <td>{meaning[language]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </>
    ),
  });
}
