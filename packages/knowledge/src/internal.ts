/** For tests: a store without the settings of a server. */
export { openSqliteStore } from './store/sqlite.ts';
/** For the program that makes the file of the word vectors. */
export { DictionaryReader } from './image/strings.ts';
export { encodeVectors, VECTOR_LENGTH } from './vectors/file.ts';
