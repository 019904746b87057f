"""Finding what identifies people in text. Never keeps, logs or sends the words it reads; gives places, kinds and reasons only."""
