/** A thread with all built-in reasoners. */
import { REASONERS } from '../reasoners/catalogue.ts';
import { serve } from './serve.ts';

serve(REASONERS);
