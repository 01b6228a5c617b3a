/** The text of a PDF, by the build of PDF.js that unpdf carries. Pictures of text are not read. */

/** Why a PDF gives no text: the end of a sentence that begins with its path. */
export class PdfError extends Error {
  override readonly name = 'PdfError';
}

/** What a PDF holds. */
export interface PdfText {
  /** Of its own metadata; null when it has none. */
  readonly title: string | null;
  /** Text of each page; empty for a page without any. */
  readonly pages: readonly string[];
}

/** Pages that are read. */
const MAX_PAGES = 5_000;

/** @throws PdfError when it is no PDF, needs a password, or holds no text */
export async function readPdf(bytes: Uint8Array): Promise<PdfText> {
  const { extractText, getDocumentProxy, getMeta } = await import('unpdf');
  try {
    const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    if (pdf.numPages > MAX_PAGES) throw new PdfError(`has more than ${MAX_PAGES.toLocaleString('en')} pages`);
    const { text } = await extractText(pdf, { mergePages: false });
    const pages = text.map((page) => page.replaceAll('\f', ' ').toWellFormed());
    if (pages.every((page) => page.trim() === '')) throw new PdfError('holds no text (pictures of text are not read)');
    return { title: await titleOf(() => getMeta(pdf)), pages };
  } catch (failure) {
    if (failure instanceof PdfError) throw failure;
    const isLocked = failure instanceof Error && failure.name === 'PasswordException';
    throw new PdfError(isLocked ? 'needs a password' : 'is no PDF that can be read', { cause: failure });
  }
}

/** Programs write their own file names there; such a title is none. */
async function titleOf(read: () => Promise<{ info: Record<string, unknown> }>): Promise<string | null> {
  const { Title: title } = (await read()).info;
  if (typeof title !== 'string' || title.trim() === '' || /\.\w{2,4}$|^(?:untitled|microsoft word)/i.test(title.trim()))
    return null;
  return title.trim();
}
