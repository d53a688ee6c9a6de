// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.choice;

import org.instar.engine.address.Prefix64;

/** Where the load of translators is known from: nat64d in the same process, or elsewhere by its REST. */
public interface TranslatorLoads {

    TranslatorLoads NONE = prefix -> TranslatorLoad.UNKNOWN;

    /** How the translator of a prefix is now; {@link TranslatorLoad#UNKNOWN} for one that is nobody's. Quick. */
    TranslatorLoad of(Prefix64 prefix);
}
