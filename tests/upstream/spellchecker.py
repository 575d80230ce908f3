# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of pyspellchecker that Wireshark's tools/check_spelling.py uses, for systems that do not package it.

The dictionary is enchant's en_US instead of pyspellchecker's. The rest (what is looked up, Wireshark's
own list of words) is the tool's. Only found where pyspellchecker is not installed.
"""
import re

import enchant


class WordFrequency:
    """Words that are known besides the dictionary's."""

    def __init__(self):
        self.words = set()

    def load_text_file(self, name):
        """Every word of a text file."""
        with open(name, encoding="utf-8") as file:
            self.load_words(re.findall(r"\w[\w']*", file.read()))

    def load_words(self, words):
        self.words.update(word.lower() for word in words)


class SpellChecker:
    """Tells which words are not known; case does not matter."""

    def __init__(self):
        self.word_frequency = WordFrequency()
        self.dictionary = enchant.Dict("en_US")

    def is_known(self, word):
        word = word.lower()
        return (not word or word in self.word_frequency.words or self.dictionary.check(word)
                or self.dictionary.check(word.capitalize()))

    def known(self, words):
        return {word for word in words if self.is_known(word)}

    def unknown(self, words):
        return {word for word in words if not self.is_known(word)}
