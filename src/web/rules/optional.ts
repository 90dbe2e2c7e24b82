import { Refused } from '../api.js';

/** What was asked for, or null where the service says that there is none. */
export async function optional<Answer>(asking: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 404) return null;
    throw error;
  }
}
