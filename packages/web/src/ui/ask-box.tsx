import type { GraphNodeSummary } from '@vortexflow/protocol';
import { type FormEvent, type KeyboardEvent, useEffect, useState } from 'react';
import type { Page } from '../page/page.ts';
import { useCell, useSettled } from './hooks.ts';

const EXAMPLES = ['What is consciousness?', 'What do a wolf and a dog have in common?', 'What is the opposite of hot?'];

const TYPING_MS = 160;
const SUGGESTIONS = 6;

/** One box for both: Enter asks, an arrow key and Enter goes to a node. */
export function AskBox({ page }: { page: Page }) {
  const [text, setText] = useState('');
  const [focused, setFocused] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const phase = useCell(page.asker.question).phase;
  const found = useSuggestions(page, focused ? text : '');
  const open = focused && found.length > 0;
  const ask = (question: string) => {
    setText(question);
    setFocused(false);
    if (question.trim()) void page.asker.ask(question.trim());
  };
  const visit = (node: GraphNodeSummary) => {
    setText('');
    setFocused(false);
    void page.visit(node);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const node = open ? found[chosen] : undefined;
    if (node) visit(node);
    else ask(text);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' && open) setChosen((chosen + 1) % found.length);
    else if (event.key === 'ArrowUp' && open) setChosen(chosen <= 0 ? found.length - 1 : chosen - 1);
    else if (event.key === 'Escape') event.currentTarget.blur();
    else return;
    event.preventDefault();
  };
  return (
    <div className="ask">
      <form role="search" onSubmit={submit}>
        <input
          id="ask"
          type="text"
          value={text}
          placeholder="Ask or find anything"
          aria-label="Ask or find anything"
          autoComplete="off"
          spellCheck={false}
          maxLength={8192}
          role="combobox"
          aria-expanded={open}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-activedescendant={open && chosen >= 0 ? `suggestion-${chosen}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setFocused(true);
            setChosen(-1);
          }}
          onBlur={() => setFocused(false)}
          onKeyDown={key}
        />
        <button type="submit" className="go" disabled={!text.trim()} aria-label="Ask">
          {phase === 'asking' ? <span className="spinner" /> : 'Ask'}
        </button>
      </form>
      {open && <Suggestions found={found} chosen={chosen} visit={visit} />}
      {phase === 'none' && !open && <Examples ask={ask} />}
    </div>
  );
}

function Examples({ ask }: { ask: (question: string) => void }) {
  return (
    <ul className="examples" aria-label="Examples">
      {EXAMPLES.map((example) => (
        <li key={example}>
          <button type="button" className="chip" onClick={() => ask(example)}>
            {example}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface SuggestionsProps {
  readonly found: readonly GraphNodeSummary[];
  readonly chosen: number;
  readonly visit: (node: GraphNodeSummary) => void;
}

function Suggestions({ found, chosen, visit }: SuggestionsProps) {
  return (
    <ul id="suggestions" className="suggestions" role="listbox" aria-label="Nodes">
      {found.map((node, i) => (
        // pointerdown, not click: the box loses focus in between, which closes the list.
        <li
          key={node.id}
          id={`suggestion-${i}`}
          role="option"
          aria-selected={i === chosen}
          onPointerDown={(event) => {
            event.preventDefault();
            visit(node);
          }}
        >
          <span>{node.label}</span> <span className="group">{node.group}</span>
        </li>
      ))}
    </ul>
  );
}

/** Nodes whose name fits what is typed; none for what is plainly a question. */
function useSuggestions(page: Page, text: string): readonly GraphNodeSummary[] {
  const [found, setFound] = useState<readonly GraphNodeSummary[]>([]);
  const query = useSettled(text.trim(), TYPING_MS);
  useEffect(() => {
    const controller = new AbortController();
    if (query.length < 2 || query.endsWith('?')) setFound([]);
    else
      page.client.graph.search(query, { limit: SUGGESTIONS, signal: controller.signal }).then(
        ({ results }) => setFound(results),
        () => setFound([]),
      );
    return () => controller.abort();
  }, [page, query]);
  return text.trim() ? found : [];
}
