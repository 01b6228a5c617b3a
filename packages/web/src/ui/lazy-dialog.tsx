import { type ComponentType, useEffect, useState } from 'react';
import type { Page } from '../page/page.ts';

export interface LazyDialogProps {
  readonly page: Page;
  /** One that is closed keeps what it holds. */
  readonly open: boolean;
  readonly close: () => void;
}

interface FetchedProps extends LazyDialogProps {
  /** As a heading. */
  readonly name: string;
  readonly fetch: () => Promise<ComponentType<LazyDialogProps>>;
}

/** A dialog that is fetched when it is first opened: most viewers never do. */
export function LazyDialog({ name, fetch, ...props }: FetchedProps) {
  const { open, close } = props;
  const [Fetched, setFetched] = useState<ComponentType<LazyDialogProps> | null>(null);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!open || Fetched) return;
    setLost(false);
    const lose = (): void => {
      setLost(true);
      // So that it can be tried again.
      close();
    };
    fetch().then((component) => setFetched(() => component), lose);
    // What it is fetched with stays the same.
  }, [open]);
  return (
    <>
      {Fetched && <Fetched {...props} />}
      {isLost && (
        <div className="note" role="alert">
          <strong>{name} could not be fetched</strong>
          <p>Load the page anew and try again.</p>
        </div>
      )}
    </>
  );
}
